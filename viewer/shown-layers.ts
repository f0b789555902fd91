// The layers on the map, from top to bottom: what is shown, how opaque, and what is wrong with it. Whoever draws or lists them listens.
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

/** A layer whose name says that it shows the communes: the background of every map. */
export const isBackground = (layer: MapLayer): boolean => /(?:^|:)(?:communes?|limites?[-_]communales?|communes?[-_].*)$/i.test(layer.name);

export class ShownLayers {
  #list: readonly ShownLayer[] = [];
  #offer: Offer = { title: '', layers: [] };
  readonly #listeners = new Set<() => void>();

  get list(): readonly ShownLayer[] {
    return this.#list;
  }

  get offer(): Offer {
    return this.#offer;
  }

  /** What is drawn: visible layers, top first. */
  get visible(): readonly ShownLayer[] {
    return this.#list.filter(one => one.visible);
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

  find(name: string): ShownLayer | undefined {
    return this.#list.find(one => one.layer.name === name);
  }

  /** On top of the others; a background goes below them. */
  add(layer: MapLayer): void {
    if (this.find(layer.name)) return;
    const one: ShownLayer = { layer, visible: true, opacity: 1, usageScale: null, failure: null };
    this.#change(isBackground(layer) ? [...this.#list, one] : [one, ...this.#list]);
  }

  remove(name: string): void {
    this.#change(this.#list.filter(one => one.layer.name !== name));
  }

  change(name: string, change: Partial<Omit<ShownLayer, 'layer'>>): void {
    const one = this.find(name);
    if (!one || Object.entries(change).every(([key, value]) => one[key as keyof ShownLayer] === value)) return;
    this.#change(this.#list.map(other => (other === one ? { ...other, ...change } : other)));
  }

  /** By how many places, upwards negative. */
  move(name: string, by: number): void {
    const at = this.#list.findIndex(one => one.layer.name === name);
    const one = this.#list[at];
    const to = at + by;
    if (!one || to < 0 || to >= this.#list.length) return;
    const list = this.#list.filter(other => other !== one);
    list.splice(to, 0, one);
    this.#change(list);
  }

  #change(list: readonly ShownLayer[]): void {
    this.#list = list;
    for (const listener of this.#listeners) listener();
  }
}

/** Whether a layer is drawn at this denominator (R44). */
export const inScale = ({ minScale, maxScale }: MapLayer, denominator: number): boolean =>
  (minScale === null || denominator >= minScale * 0.9999995) && (maxScale === null || denominator <= maxScale * 1.0000005);
