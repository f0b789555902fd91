// Pictures of the map, a few at a time, the latest question of each place only: a server draws with few threads, and a map that is moved
// quickly would ask for pictures that nobody waits for.
import { requestImage } from './services';

interface Waiting {
  readonly run: () => void;
  readonly controller: AbortController;
}

export class PictureQueue {
  readonly #most: number;
  #running = 0;
  #waiting: Waiting[] = [];
  readonly #latest = new WeakMap<object, AbortController>();
  #listener: (count: number) => void = () => undefined;

  /** `most`: requests at once. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Told how many pictures are waited for, whenever that changes. */
  listen(listener: (count: number) => void): void {
    this.#listener = listener;
  }

  /** The picture at an address; a newer question of the same asker aborts this one. */
  fetch(asker: object, src: string): Promise<ImageBitmap> {
    this.#latest.get(asker)?.abort();
    const controller = new AbortController();
    this.#latest.set(asker, controller);
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new DOMException('a newer picture was asked for', 'AbortError'));
      const run = (): void => {
        if (controller.signal.aborted) return fail();
        this.#running++;
        this.#tell();
        requestImage(src, controller.signal)
          .then(async blob => resolve(await createImageBitmap(blob)))
          .catch(reject)
          .finally(() => {
            this.#running--;
            this.#next();
          });
      };
      controller.signal.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter(one => one.controller !== controller);
        fail();
      });
      this.#waiting.push({ run, controller });
      this.#next();
    });
  }

  #next(): void {
    while (this.#running < this.#most) {
      const one = this.#waiting.shift();
      if (!one) break;
      one.run();
    }
    this.#tell();
  }

  #tell(): void {
    this.#listener(this.#running + this.#waiting.length);
  }
}
