// Scenes for maps: binary copy of the geometry column straight into typed arrays. No object is made per feature or vertex.
import type { Property } from '../core/model/feature-type';
import type { Scene, ShapeKind } from '../core/ports/scene';
import { shapeKinds } from '../core/ports/scene';
import { sceneForm, type SceneForm } from '../core/query/select';
import { BinaryRows, type BinaryRow } from './copy-binary';

const flagZ = 0x80000000;
const flagM = 0x40000000;
const flagSrid = 0x20000000;
const collection = 7;
/** Kind of each code of well-known binary, 1 to 6. */
const kindOfCode: readonly (ShapeKind | -1)[] = [-1, 0, 1, 2, 0, 1, 2];

/**
 * Reads the chunks of select.ts' sceneCopy. A geometry collection becomes one feature per kind of shape in it; empty geometries are left out.
 * `keyed`: the rows come in any order with their key behind the attributes; the scene is in the order of the keys.
 */
export async function readScene(chunks: AsyncIterable<Buffer>, properties: readonly Property[], keyed: boolean): Promise<Scene> {
  const builder = new SceneBuilder(properties, keyed);
  const rows = new BinaryRows((keyed ? 2 : 1) + properties.length, row => builder.add(row));
  for await (const chunk of chunks) rows.push(chunk);
  rows.end();
  return builder.scene();
}

interface Arrays {
  readonly kinds: Uint8Array;
  readonly featureStarts: Uint32Array;
  readonly partStarts: Uint32Array;
  readonly coordinates: Float64Array;
  readonly keys: Float64Array;
}

const firstArrays = (): Arrays => ({
  kinds: new Uint8Array(4096),
  featureStarts: new Uint32Array(4097),
  partStarts: new Uint32Array(4097),
  coordinates: new Float64Array(65536),
  keys: new Float64Array(4096),
});

/** Arrays that a scene was read into, for the next one: new ones for every layer of every map would keep the garbage collector busy. */
const spare: Arrays[] = [];
const mostSpare = 8;

const copyOf = (scene: Scene): Scene => ({
  ...scene,
  kinds: scene.kinds.slice(),
  featureStarts: scene.featureStarts.slice(),
  partStarts: scene.partStarts.slice(),
  coordinates: scene.coordinates.slice(),
});

export class SceneBuilder {
  #features = 0;
  #parts = 0;
  /** Numbers, not vertices: twice as many. */
  #numbers = 0;
  #kinds: Uint8Array;
  #featureStarts: Uint32Array;
  #partStarts: Uint32Array;
  #coordinates: Float64Array;
  readonly #forms: readonly SceneForm[];
  readonly #values: (string | number | boolean | null)[][];

  #keys: Float64Array | null;
  readonly #arrays: Arrays;

  constructor(
    private readonly properties: readonly Property[],
    keyed = false,
  ) {
    const arrays = spare.pop() ?? firstArrays();
    this.#kinds = arrays.kinds;
    this.#featureStarts = arrays.featureStarts;
    this.#partStarts = arrays.partStarts;
    this.#coordinates = arrays.coordinates;
    this.#keys = keyed ? arrays.keys : null;
    this.#arrays = arrays;
    this.#forms = properties.map(sceneForm);
    this.#values = properties.map(() => []);
  }

  add(row: BinaryRow): void {
    const length = row.lengths[0] ?? -1;
    if (length < 5) return;
    const start = row.starts[0] ?? 0;
    if (codeAt(row.view, start) !== collection) {
      this.#feature(row, start, -1);
      return;
    }
    for (const kind of Object.values(shapeKinds)) this.#feature(row, start, kind);
  }

  /** One feature out of the geometry, or nothing where it is empty; `only` picks the members of one kind out of a collection. */
  #feature(row: BinaryRow, start: number, only: ShapeKind | -1): void {
    const before = this.#parts;
    this.#kind = -1;
    this.#read(row.view, start, only);
    if (this.#parts === before) return;
    if (this.#features + 1 >= this.#kinds.length) this.#growFeatures();
    this.#kinds[this.#features] = this.#kind;
    if (this.#keys) this.#keys[this.#features] = row.view.getFloat64(row.starts[this.#forms.length + 1] ?? 0);
    this.#features++;
    this.#featureStarts[this.#features] = this.#parts;
    for (let i = 0; i < this.#forms.length; i++) this.#values[i]?.push(attribute(row, i + 1, this.#forms[i] ?? 'text'));
  }

  /** Kind of the shape being read. */
  #kind = -1;

  /** Reads one geometry with its members; returns where it ends. */
  #read(view: DataView, start: number, only: ShapeKind | -1): number {
    const little = view.getUint8(start) === 1;
    const word = view.getUint32(start + 1, little);
    let at = start + (word & flagSrid ? 9 : 5);
    const stride = 16 + (word & flagZ ? 8 : 0) + (word & flagM ? 8 : 0);
    const code = word & 0xff;
    const kind = kindOfCode[code] ?? -1;
    const wanted = only === -1 || only === kind;
    if (wanted && code >= 1 && code <= 6) this.#kind = kind;
    switch (code) {
      case 1:
        return this.#points(view, at, 1, stride, little, wanted);
      case 2: {
        const count = view.getUint32(at, little);
        return this.#points(view, at + 4, count, stride, little, wanted);
      }
      case 3: {
        const rings = view.getUint32(at, little);
        at += 4;
        for (let ring = 0; ring < rings; ring++) at = this.#points(view, at + 4, view.getUint32(at, little), stride, little, wanted);
        return at;
      }
      case 4:
      case 5:
      case 6:
      case collection: {
        const members = view.getUint32(at, little);
        at += 4;
        for (let member = 0; member < members; member++) at = this.#read(view, at, only);
        return at;
      }
      default:
        throw new Error(`geometry code ${code} cannot be drawn`);
    }
  }

  /** A part of `count` vertices. */
  #points(view: DataView, start: number, count: number, stride: number, little: boolean, wanted: boolean): number {
    const end = start + count * stride;
    // an empty point is written with NaN
    if (!wanted || count === 0 || Number.isNaN(view.getFloat64(start, little))) return end;
    let to = this.#numbers;
    if (to + 2 * count > this.#coordinates.length) this.#growCoordinates(to + 2 * count);
    const coordinates = this.#coordinates;
    if (little) {
      for (let at = start; at < end; at += stride) {
        coordinates[to] = view.getFloat64(at, true);
        coordinates[to + 1] = view.getFloat64(at + 8, true);
        to += 2;
      }
    } else {
      for (let at = start; at < end; at += stride) {
        coordinates[to] = view.getFloat64(at, false);
        coordinates[to + 1] = view.getFloat64(at + 8, false);
        to += 2;
      }
    }
    this.#numbers = to;
    if (this.#parts + 1 >= this.#partStarts.length)
      this.#partStarts = grown(this.#partStarts, new Uint32Array(this.#partStarts.length * 2));
    this.#parts++;
    this.#partStarts[this.#parts] = to / 2;
    return end;
  }

  #growFeatures(): void {
    this.#kinds = grown(this.#kinds, new Uint8Array(this.#kinds.length * 2));
    this.#featureStarts = grown(this.#featureStarts, new Uint32Array(this.#kinds.length + 1));
    if (this.#keys) this.#keys = grown(this.#keys, new Float64Array(this.#kinds.length));
  }

  #growCoordinates(needed: number): void {
    this.#coordinates = grown(this.#coordinates, new Float64Array(Math.max(needed, this.#coordinates.length * 2)));
  }

  /** The scene, in arrays of its own; the builder is of no use afterwards. */
  scene(): Scene {
    const read = this.#asRead();
    const order = this.#keys && orderOf(this.#keys.subarray(0, this.#features));
    const scene = order ? inOrder(read, order) : copyOf(read);
    if (
      this.#coordinates === this.#arrays.coordinates &&
      this.#kinds === this.#arrays.kinds &&
      this.#partStarts === this.#arrays.partStarts
    )
      if (spare.length < mostSpare) spare.push(this.#arrays);
    return scene;
  }

  #asRead(): Scene {
    return {
      features: this.#features,
      kinds: this.#kinds.subarray(0, this.#features),
      featureStarts: this.#featureStarts.subarray(0, this.#features + 1),
      partStarts: this.#partStarts.subarray(0, this.#parts + 1),
      coordinates: this.#coordinates.subarray(0, this.#numbers),
      attributes: Object.fromEntries(this.properties.map((property, i) => [property.name, this.#values[i] ?? []])),
    };
  }
}

/** Numbers of the features by their keys, equal keys as they came; null when they are in order already. */
function orderOf(keys: Float64Array): Uint32Array | null {
  let sorted = true;
  let most = 0;
  let whole = true;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    if (i > 0 && key < (keys[i - 1] as number)) sorted = false;
    if (key > most) most = key;
    if (!(key >= 0 && Number.isInteger(key))) whole = false;
  }
  if (sorted) return null;
  const { length } = keys;
  // key and number as one exact float64: sorted without a call for every comparison
  if (whole && (most + 1) * length < Number.MAX_SAFE_INTEGER) {
    const joined = keys.map((key, i) => key * length + i).sort();
    return Uint32Array.from(joined, one => one % length);
  }
  return Uint32Array.from(keys.keys()).sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
}

function inOrder(scene: Scene, order: Uint32Array): Scene {
  const kinds = new Uint8Array(scene.kinds.length);
  const featureStarts = new Uint32Array(scene.featureStarts.length);
  const partStarts = new Uint32Array(scene.partStarts.length);
  const coordinates = new Float64Array(scene.coordinates.length);
  let part = 0;
  let to = 0;
  for (let i = 0; i < order.length; i++) {
    const feature = order[i] as number;
    kinds[i] = scene.kinds[feature] as number;
    const first = scene.featureStarts[feature] as number;
    const last = scene.featureStarts[feature + 1] as number;
    const begin = 2 * (scene.partStarts[first] as number);
    const end = 2 * (scene.partStarts[last] as number);
    for (let old = first; old < last; old++) partStarts[++part] = (to - begin) / 2 + (scene.partStarts[old + 1] as number);
    if (end - begin > 200) {
      coordinates.set(scene.coordinates.subarray(begin, end), to);
      to += end - begin;
    } else for (let at = begin; at < end; at++) coordinates[to++] = scene.coordinates[at] as number;
    featureStarts[i + 1] = part;
  }
  const attributes = Object.fromEntries(
    Object.entries(scene.attributes).map(([name, values]) => [name, Array.from(order, feature => values[feature] ?? null)]),
  );
  return { features: scene.features, kinds, featureStarts, partStarts, coordinates, attributes };
}

function grown<T extends Uint8Array | Uint32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

function codeAt(view: DataView, start: number): number {
  return view.getUint32(start + 1, view.getUint8(start) === 1) & 0xff;
}

function attribute(row: BinaryRow, field: number, form: SceneForm): string | number | boolean | null {
  const length = row.lengths[field] ?? -1;
  if (length < 0) return null;
  const start = row.starts[field] ?? 0;
  switch (form) {
    case 'float8': {
      const number = row.view.getFloat64(start);
      return Number.isFinite(number) ? number : null;
    }
    case 'bool':
      return row.view.getUint8(start) === 1;
    case 'number':
      return Number(row.bytes.toString('latin1', start, start + length));
    case 'text':
      return row.bytes.toString('utf8', start, start + length);
  }
}
