// Labels: gathered while the features are drawn, placed when all are, then written with the canvas and laid over the map.
// Placement is deterministic: later layers first, within a layer in the order of rules and features; a label that would touch
// one already placed, or be cut by the map's edge, is left out.
import { createCanvas } from '@napi-rs/canvas';
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { shapeKinds } from '../../core/ports/scene';
import type { Scene } from '../../core/ports/scene';
import type { Label } from '../styles/style';
import { fontOf } from './fonts';
import type { Path, View } from './path';
import { blit } from './surface';
import type { Surface } from './surface';

/** No map holds more labels than this that are worth trying. */
const mostCandidates = 20_000;
const longestText = 200;

interface Candidate {
  readonly text: string;
  readonly label: Label;
  readonly x: number;
  readonly y: number;
  /** Direction of the line under it, radians. */
  readonly angle: number;
  /** Room along the line; Infinity for points and polygons. */
  readonly room: number;
}

interface Box {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

export class LabelLayer {
  readonly #scale: number;
  readonly #groups: Candidate[][] = [];
  #count = 0;

  constructor(scale: number) {
    this.#scale = scale;
  }

  /** Labels added from now on belong to the next layer or group. */
  beginGroup(): void {
    this.#groups.push([]);
  }

  /** Notes the label of a feature that `path` has measured. */
  add(scene: Scene, feature: number, label: Label, view: View, path: Path): void {
    const group = this.#groups.at(-1);
    if (!group || this.#count >= mostCandidates) return;
    const margin = 4 * label.size * this.#scale;
    if (path.maxX < -margin || path.maxY < -margin || path.minX > view.width + margin || path.minY > view.height + margin) return;
    const text = textOf(scene, feature, label);
    if (text === '') return;
    const kind = scene.kinds[feature];
    path.load(scene, feature, view, kind === shapeKinds.polygon);
    const place =
      kind === shapeKinds.point
        ? { x: path.points[0] as number, y: path.points[1] as number, angle: 0, length: Infinity }
        : path.place(kind === shapeKinds.polygon);
    if (!place || (kind === shapeKinds.point && path.starts[path.parts] === 0)) return;
    const along = label.placement.kind === 'line' && kind === shapeKinds.line;
    const shown = label.placement.kind === 'point' && label.placement.around ? placed(label, kind === shapeKinds.point) : label;
    group.push({ text, label: shown, x: place.x, y: place.y, angle: along ? place.angle : 0, room: along ? place.length : Infinity });
    this.#count++;
  }

  /** Places and writes all labels. */
  draw(surface: Surface): void {
    if (this.#count === 0) return;
    const canvas = createCanvas(surface.width, surface.height);
    const context = canvas.getContext('2d');
    context.textBaseline = 'alphabetic';
    context.lineJoin = 'round';
    const taken = new Boxes(surface.width, surface.height);
    let written = 0;
    for (const group of this.#groups.toReversed())
      for (const candidate of group) if (this.#write(context, candidate, taken, surface)) written++;
    if (written > 0) layOver(surface, canvas);
  }

  #write(context: SKRSContext2D, candidate: Candidate, taken: Boxes, surface: Surface): boolean {
    const { label, text } = candidate;
    const scale = this.#scale;
    context.font = fontOf(label.families, label.size * scale, label.bold, label.italic);
    const measured = context.measureText(text);
    const { width } = measured;
    if (width > candidate.room * 0.9) return false;
    const ascent = measured.actualBoundingBoxAscent;
    const height = ascent + measured.actualBoundingBoxDescent;
    const halo = label.halo ? label.halo.radius * scale : 0;
    const { placement } = label;
    let { x, y } = candidate;
    let angle = 0;
    // left and top of the text's box, seen from the place
    let left = -width / 2;
    let top = -height / 2;
    if (placement.kind === 'point') {
      x += placement.displacementX * scale;
      y -= placement.displacementY * scale;
      left = -width * placement.anchorX;
      top = -height * (1 - placement.anchorY);
      angle = (placement.rotation * Math.PI) / 180;
    } else {
      angle = upright(candidate.angle);
      top -= placement.offset * scale;
    }
    const box = bounds(
      x,
      y,
      { left: left - halo - 1, top: top - halo - 1, right: left + width + halo + 1, bottom: top + height + halo + 1 },
      angle,
    );
    if (box.minX < 0 || box.minY < 0 || box.maxX > surface.width || box.maxY > surface.height) return false;
    if (!taken.take(box)) return false;
    context.save();
    context.translate(x, y);
    if (angle !== 0) context.rotate(angle);
    if (label.halo && halo > 0) {
      context.strokeStyle = css(label.halo.fill.color, label.halo.fill.opacity);
      context.lineWidth = halo * 2;
      context.strokeText(text, left, top + ascent);
    }
    context.fillStyle = css(label.fill.color, label.fill.opacity);
    context.fillText(text, left, top + ascent);
    context.restore();
    return true;
  }
}

function textOf(scene: Scene, feature: number, label: Label): string {
  let text = '';
  for (const part of label.parts) {
    if ('text' in part) text += part.text;
    else {
      const value = scene.attributes[part.property]?.[feature] ?? null;
      if (value !== null) text += inLetters(String(value), part.letters);
    }
  }
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, longestText);
}

/** How far beside its point a label stands for which a place around it is wanted, in pixels of 0.28 mm: beyond a mark of the usual size. */
const beside = 6;

const placedLabels = new WeakMap<Label, readonly [Label, Label]>();

/** The label beside its point, or in the middle of what it names. */
function placed(label: Label, point: boolean): Label {
  let both = placedLabels.get(label);
  if (!both) {
    const place = { kind: 'point', displacementX: 0, displacementY: 0, rotation: 0, anchorY: 0.5 } as const;
    both = [
      { ...label, placement: { ...place, anchorX: 0, displacementX: beside } },
      { ...label, placement: { ...place, anchorX: 0.5 } },
    ];
    placedLabels.set(label, both);
  }
  return both[point ? 0 : 1];
}

const inLetters = (text: string, letters: 'upper' | 'lower' | undefined): string =>
  letters === 'upper' ? text.toLocaleUpperCase('fr') : letters === 'lower' ? text.toLocaleLowerCase('fr') : text;

/** The angle turned so that text on it is read from left to right. */
const upright = (angle: number): number => (angle > Math.PI / 2 ? angle - Math.PI : angle <= -Math.PI / 2 ? angle + Math.PI : angle);

function bounds(x: number, y: number, box: { left: number; top: number; right: number; bottom: number }, angle: number): Box {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const corners = [
    [box.left, box.top],
    [box.right, box.top],
    [box.right, box.bottom],
    [box.left, box.bottom],
  ].map(([cx, cy]) => [x + (cx as number) * cos - (cy as number) * sin, y + (cx as number) * sin + (cy as number) * cos] as const);
  const xs = corners.map(([cx]) => cx);
  const ys = corners.map(([, cy]) => cy);
  return { minX: Math.min(...xs), minY: Math.min(...ys), maxX: Math.max(...xs), maxY: Math.max(...ys) };
}

const css = (color: number, opacity: number): string => `rgba(${color >> 16}, ${(color >> 8) & 255}, ${color & 255}, ${opacity})`;

/** Boxes already taken, in cells of 64 pixels. */
class Boxes {
  readonly #columns: number;
  readonly #rows: number;
  readonly #cells: Box[][];

  constructor(width: number, height: number) {
    this.#columns = (width >> 6) + 1;
    this.#rows = (height >> 6) + 1;
    this.#cells = Array.from({ length: this.#columns * this.#rows }, () => []);
  }

  /** Takes the box unless it meets one already taken. */
  take(box: Box): boolean {
    const cells = this.#near(box);
    for (const cell of cells)
      for (const other of cell)
        if (box.minX < other.maxX && box.maxX > other.minX && box.minY < other.maxY && box.maxY > other.minY) return false;
    for (const cell of cells) cell.push(box);
    return true;
  }

  #near(box: Box): Box[][] {
    const found: Box[][] = [];
    for (let row = Math.max(0, box.minY >> 6); row <= Math.min(this.#rows - 1, box.maxY >> 6); row++)
      for (let column = Math.max(0, box.minX >> 6); column <= Math.min(this.#columns - 1, box.maxX >> 6); column++) {
        const cell = this.#cells[row * this.#columns + column];
        if (cell) found.push(cell);
      }
    return found;
  }
}

/** Lays a canvas over a surface of the same size. */
export function layOver(surface: Surface, canvas: Canvas): void {
  const data = canvas.data(); // premultiplied BGRA or RGBA, as the canvas keeps it
  const picture = new Uint32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
  blit(surface, { width: surface.width, height: surface.height, pixels: picture }, 0, 0);
}
