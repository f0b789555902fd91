// What one filter may cost (SEC10), and the strict reading of numbers that all readers share.
import { Fault } from '../model/fault';

export const filterLimits = { depth: 50, nodes: 1000, values: 1000, ids: 10_000, vertices: 50_000 } as const;

/** Counts what one filter consumes; every reader of filters and geometries carries one. Faults: too-large at the reader's locator. */
export class Budget {
  readonly locator: string;
  #nodes = 0;
  #vertices = 0;
  readonly #maxVertices: number;

  /** `maxVertices`: more than a filter may have, for the geometries of a file. */
  constructor(locator: string, maxVertices: number = filterLimits.vertices) {
    this.locator = locator;
    this.#maxVertices = maxVertices;
  }

  /** One operator at that depth (the outermost has depth 1). */
  node(depth: number): void {
    if (depth > filterLimits.depth) this.#refuse(`is nested more than ${filterLimits.depth} levels deep`);
    if (++this.#nodes > filterLimits.nodes) this.#refuse(`has more than ${filterLimits.nodes} operators`);
  }

  /** Positions of a geometry. */
  vertices(count: number): void {
    this.#vertices += count;
    if (this.#vertices > this.#maxVertices) this.#refuse(`has geometries of more than ${this.#maxVertices} positions`);
  }

  /** Values of one list. */
  values(count: number): void {
    if (count > filterLimits.values) this.#refuse(`lists more than ${filterLimits.values} values`);
  }

  /** Ids of one list. */
  ids(count: number): void {
    if (count > filterLimits.ids) this.#refuse(`lists more than ${filterLimits.ids} identifiers`);
  }

  #refuse(what: string): never {
    throw new Fault('too-large', this.locator, `the filter ${what}`);
  }
}

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?$/;

/** A finite number in XML or SQL notation, undefined for anything else: `NaN`, `INF`, `1e999`, `0x10`, `1_000`, an empty text. */
export function strictNumber(text: string): number | undefined {
  const written = text.trim();
  if (written.length > 400 || !decimal.test(written)) return undefined;
  const value = Number(written);
  return Number.isFinite(value) ? value : undefined;
}

/** A text of the request as a message may show it. */
export const shown = (text: string): string => `"${text.slice(0, 60)}"`;
