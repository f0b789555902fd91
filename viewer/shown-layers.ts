// The layers on the map, from top to bottom, and the background below them: what is shown, how opaque, and what is wrong with it.
// Whoever draws or lists them listens.
import { backgroundOf, possibleBackgrounds, type BackgroundKind } from './background';
import type { MapLayer, Offer } from './capabilities';

export interface ShownLayer {
  readonly layer: MapLayer;
  readonly visible: boolean;
  /** 0 to 1. */
  readonly opacity: number;
  /** Denominator of the finest scale its record allows, once known. */
  readonly usageScale: number | null;
  /** Why it could not be drawn last time. */
  readonly failure: string | null;
}

/** How a layer is wanted on the map. */
export interface Wanted {
  readonly name: string;
  readonly visible: boolean;
  readonly opacity: number;
}

const plainly = (layer: MapLayer): ShownLayer => ({ layer, visible: true, opacity: 1, usageScale: null, failure: null });

export class ShownLayers {
  #list: readonly ShownLayer[] = [];
  #background: readonly ShownLayer[] = [];
  #kind: BackgroundKind = 'plan';
  #offer: Offer = { title: '', layers: [] };
  readonly #listeners = new Set<() => void>();

  /** What the reader has chosen, top first, without the background. */
  get list(): readonly ShownLayer[] {
    return this.#list;
  }

  /** Layers of the background, top first. */
  get background(): readonly ShownLayer[] {
    return this.#background;
  }

  /** The background that is wanted, whether or not the offer can fill it. */
  get backgroundKind(): BackgroundKind {
    return this.#kind;
  }

  get possibleBackgrounds(): readonly BackgroundKind[] {
    return possibleBackgrounds(this.#offer.layers);
  }

  get offer(): Offer {
    return this.#offer;
  }

  /** What is drawn: visible layers, top first, the background last. */
  get visible(): readonly ShownLayer[] {
    return [...this.#list.filter(one => one.visible), ...this.#background];
  }

  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Another offer (another caller): layers that are no longer in it go, the others get their new description. */
  setOffer(offer: Offer): void {
    this.#offer = offer;
    this.#change(
      this.#list.flatMap(one => {
        const layer = offer.layers.find(candidate => candidate.name === one.layer.name);
        return layer ? [{ ...one, layer, failure: null }] : [];
      }),
    );
  }

  setBackground(kind: BackgroundKind): void {
    this.#kind = kind;
    this.#change(this.#list);
  }

  find(name: string): ShownLayer | undefined {
    return this.#list.find(one => one.layer.name === name);
  }

  /** On top of the others. */
  add(layer: MapLayer): void {
    if (!this.find(layer.name)) this.#change([plainly(layer), ...this.#list]);
  }

  /** Exactly these, top first; names that are not offered are left out, and how many these are is told. */
  set(wanted: readonly Wanted[]): number {
    const found = wanted.flatMap(({ name, visible, opacity }) => {
      const layer = this.#offer.layers.find(one => one.name === name);
      return layer ? [{ ...(this.find(name) ?? plainly(layer)), visible, opacity }] : [];
    });
    this.#change(found.filter((one, place) => found.findIndex(other => other.layer === one.layer) === place));
    return wanted.length - found.length;
  }

  remove(name: string): void {
    this.#change(this.#list.filter(one => one.layer.name !== name));
  }

  change(name: string, change: Partial<Omit<ShownLayer, 'layer'>>): void {
    const differs = (one: ShownLayer): boolean =>
      one.layer.name === name && Object.entries(change).some(([key, value]) => one[key as keyof ShownLayer] !== value);
    if (![...this.#list, ...this.#background].some(differs)) return;
    const changed = (one: ShownLayer): ShownLayer => (differs(one) ? { ...one, ...change } : one);
    this.#background = this.#background.map(changed);
    this.#change(this.#list.map(changed));
  }

  /** By how many places, upwards negative. */
  move(name: string, by: number): void {
    this.moveTo(name, this.#list.findIndex(one => one.layer.name === name) + by);
  }

  /** To a place of the list, 0 is the top. */
  moveTo(name: string, to: number): void {
    const one = this.find(name);
    if (!one || to < 0 || to >= this.#list.length || this.#list[to] === one) return;
    const list = this.#list.filter(other => other !== one);
    list.splice(to, 0, one);
    this.#change(list);
  }

  /** The background follows: what is in the list is not drawn a second time below it. */
  #change(list: readonly ShownLayer[]): void {
    this.#list = list;
    this.#background = backgroundOf(this.#kind, this.#offer.layers)
      .filter(({ layer }) => !list.some(one => one.layer.name === layer.name))
      .map(({ layer, opacity }) => {
        const known = this.#background.find(one => one.layer === layer);
        return { ...(known ?? plainly(layer)), opacity };
      });
    for (const listener of this.#listeners) listener();
  }
}

/** Whether a layer is drawn at this denominator (R44). */
export const inScale = ({ minScale, maxScale }: MapLayer, denominator: number): boolean =>
  (minScale === null || denominator >= minScale * 0.9999995) && (maxScale === null || denominator <= maxScale * 1.0000005);
