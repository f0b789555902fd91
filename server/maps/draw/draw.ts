// The drawing of a map: scenes with their styles, painted feature after feature into one surface; labels come last.
import type { CellGrid } from '../../core/model/coverage';
import { shapeKinds } from '../../core/ports/scene';
import type { Scene } from '../../core/ports/scene';
import { compileFilter } from '../../core/filter/evaluate';
import type { Test } from '../../core/filter/evaluate';
import { holdsAt, largestSymbol, lengthFactor } from '../styles/style';
import type { Group, Label, Mark, Stroke, Style, Symbolizer } from '../styles/style';
import { moved, placesAlong } from './along';
import { paintCells } from './cells';
import { dashes } from './dash';
import { HatchPainter } from './hatch';
import { LabelLayer } from './label';
import { MarkSprites } from './mark';
import { Path } from './path';
import type { View } from './path';
import { Raster } from './raster';
import { reach, Stroker } from './stroke';
import { createSurface, paintRectangle, pixelOf } from './surface';
import type { Rgb, Surface } from './surface';

/** Features, or the cells of a coverage, one for each pixel of the view. */
export type MapLayer =
  | { readonly scene: Scene; readonly style: Style; readonly cells?: never }
  | { readonly cells: CellGrid; readonly style: Style; readonly scene?: never };

export interface MapDrawing {
  readonly view: View;
  /** Painted in this order. */
  readonly layers: readonly MapLayer[];
  /** Scale denominator that rules are chosen by. */
  readonly denominator: number;
  /** Pixels of the map per pixel of 0.28 mm: 1 at 90.7 dpi. Widths and sizes grow with it. */
  readonly symbolScale: number;
  /** null: transparent. */
  readonly background: Rgb | null;
  /** The view is in degrees. */
  readonly geographic?: boolean;
}

/** Features with less extent than this, in pixels, are painted as a rectangle. */
const tiny = 0.75;

/** A stroke ready for use. */
interface Line {
  readonly stroke: Stroke;
  readonly half: number;
  readonly color: number;
  readonly opacity: number;
  readonly reach: number;
  readonly stroker: Stroker;
  /** A pattern shorter than a pixel is drawn as one line. */
  readonly dashed: boolean;
  /** Pixels of the map per unit of the stroke's lengths. */
  readonly scale: number;
  /** Pixels that the line is moved to its right, or inwards. */
  readonly offset: number;
}

/** Marks along lines: their pictures by the direction they are turned to, in steps of a few degrees. */
interface Row {
  readonly symbolizer: Extract<Symbolizer, { kind: 'row' }>;
  readonly scale: number;
  readonly turned: Map<number, MarkSprites>;
}
const turnStep = 3;

/** A symbolizer ready for use on the features of one scene. */
type Painter =
  | {
      readonly kind: 'area';
      readonly fill: { readonly color: number; readonly opacity: number } | null;
      readonly line: Line | null;
      readonly hatch: HatchPainter | null;
    }
  | { readonly kind: 'line'; readonly line: Line }
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'mark'; readonly sprites: MarkSprites; readonly pointsOnly: boolean }
  | { readonly kind: 'label'; readonly label: Label };

interface PaintRule {
  readonly test: Test | null;
  readonly otherwise: boolean;
  readonly painters: readonly Painter[];
}

/** Draws a map into new pixels. */
export function drawMap(drawing: MapDrawing): Surface {
  const { width, height } = drawing.view;
  const surface = createSurface(width, height, drawing.background);
  // the raster of the map before is clean again and of use for a map of the same size; one that was interrupted is not
  const raster = spare?.width === width && spare.height === height ? spare : new Raster(width, height);
  spare = null;
  const work = new Work(drawing, surface, raster);
  for (const layer of drawing.layers) {
    if (layer.cells) paintCells(surface, layer.cells, layer.style, drawing);
    else for (const group of layer.style.groups) work.group(group, layer.scene);
  }
  work.labels.draw(surface);
  spare = raster;
  return surface;
}

let spare: Raster | null = null;

class Work {
  readonly labels: LabelLayer;
  readonly #surface: Surface;
  readonly #view: View;
  readonly #drawing: MapDrawing;
  readonly #raster: Raster;
  readonly #path = new Path();
  readonly #speck = new Float64Array(4);
  /** Coverage of a shape that a pattern is laid through; empty between two shapes. */
  #mask: Surface | null = null;

  constructor(drawing: MapDrawing, surface: Surface, raster: Raster) {
    this.#drawing = drawing;
    this.#view = drawing.view;
    this.#surface = surface;
    this.#raster = raster;
    this.labels = new LabelLayer(drawing.symbolScale);
  }

  group(group: Group, scene: Scene): void {
    const rules: PaintRule[] = [];
    for (const rule of group.rules) {
      if (!holdsAt(rule, this.#drawing.denominator)) continue;
      rules.push({
        test: rule.filter ? compileFilter(rule.filter, scene.attributes) : null,
        otherwise: rule.otherwise,
        painters: rule.symbolizers.flatMap(one => this.#painter(one)),
      });
    }
    const ordinary = rules.filter(rule => !rule.otherwise);
    const others = rules.filter(rule => rule.otherwise);
    this.labels.beginGroup();
    for (let feature = 0; feature < scene.features; feature++) {
      let taken = false;
      for (const rule of ordinary) {
        if (rule.test && !rule.test(feature)) continue;
        taken = true;
        for (const painter of rule.painters) this.#feature(scene, feature, painter);
      }
      if (!taken) for (const rule of others) for (const painter of rule.painters) this.#feature(scene, feature, painter);
    }
  }

  #painter(symbolizer: Symbolizer): Painter | readonly Painter[] {
    const scale = this.#drawing.symbolScale * lengthFactor(symbolizer, this.#drawing.denominator);
    switch (symbolizer.kind) {
      case 'polygon': {
        const { fill, stroke, hatch } = symbolizer;
        return {
          kind: 'area',
          fill: fill && { color: pixelOf(fill.color), opacity: Math.round(fill.opacity * 256) },
          line: stroke && this.#line(stroke, scale, 0),
          hatch: hatch ? new HatchPainter(hatch, scale, this.#view) : null,
        };
      }
      case 'line':
        return { kind: 'line', line: this.#line(symbolizer.stroke, scale, symbolizer.offset ?? 0) };
      case 'row':
        return { kind: 'row', row: { symbolizer, scale: this.#markScale(symbolizer.mark, scale), turned: new Map() } };
      case 'point':
        return {
          kind: 'mark',
          sprites: new MarkSprites(symbolizer.mark, this.#markScale(symbolizer.mark, scale)),
          pointsOnly: symbolizer.pointsOnly === true,
        };
      case 'text': {
        // labels know the map's scale only
        const { label } = symbolizer;
        const factor = lengthFactor(symbolizer, this.#drawing.denominator);
        return { kind: 'label', label: factor === 1 ? label : { ...label, size: Math.min(label.size * factor, 100) } };
      }
      case 'raster':
        // features have no cells
        return [];
    }
  }

  /** Lengths on the ground grow with the scale, marks do not beyond a measure. */
  #markScale(mark: Mark, scale: number): number {
    const most = (largestSymbol * this.#drawing.symbolScale) / Math.max(mark.size, mark.size / (mark.aspect ?? 1), 1e-6);
    return Math.min(scale, most);
  }

  #line(stroke: Stroke, scale: number, offset: number): Line {
    const half = Math.min(stroke.width * scale, largestSymbol * this.#drawing.symbolScale) / 2;
    const { join, cap, color, opacity } = stroke;
    return {
      stroke,
      half,
      color: pixelOf(color),
      opacity: Math.round(opacity * 256),
      reach: reach(half, join) + Math.abs(offset * scale) * 3,
      stroker: new Stroker(this.#raster, { half, join, cap }),
      dashed: stroke.dashes.reduce((sum, length) => sum + length, 0) * scale >= 1,
      scale,
      offset: offset * scale,
    };
  }

  #feature(scene: Scene, feature: number, painter: Painter): void {
    const path = this.#path;
    if (painter.kind === 'mark') {
      if (!painter.pointsOnly || scene.kinds[feature] === shapeKinds.point) this.#marks(scene, feature, painter.sprites);
      return;
    }
    if (!path.measure(scene, feature, this.#view)) return;
    const kind = scene.kinds[feature];
    if (painter.kind === 'label') {
      this.labels.add(scene, feature, painter.label, this.#view, path);
      return;
    }
    if (kind === shapeKinds.point) return;
    if (painter.kind === 'row') {
      this.#row(scene, feature, painter.row);
      return;
    }
    const line = painter.line;
    const margin = line ? line.reach : 0;
    const { width, height } = this.#view;
    const { minX, minY, maxX, maxY } = path;
    if (!(maxX >= -margin && maxY >= -margin && minX <= width + margin && minY <= height + margin)) return;
    // a polygon's symbolizer on a line paints its stroke; a line's symbolizer on a polygon its outline (SE 1.1 § 11.1, 11.2)
    const area = painter.kind === 'area' && kind === shapeKinds.polygon ? painter : null;
    const fill = area ? area.fill : null;
    const extentX = maxX - minX;
    const extentY = maxY - minY;
    if (extentX < tiny && extentY < tiny) {
      const speck = this.#speck;
      speck[0] = minX;
      speck[1] = minY;
      speck[2] = maxX;
      speck[3] = maxY;
      if (fill) paintRectangle(this.#surface, speck, fill.color, fill.opacity);
      if (area?.hatch) paintRectangle(this.#surface, speck, area.hatch.color, area.hatch.opacity);
      if (line) {
        speck[0] -= line.half;
        speck[1] -= line.half;
        speck[2] += line.half;
        speck[3] += line.half;
        paintRectangle(this.#surface, speck, line.color, line.opacity);
      }
      return;
    }
    path.load(scene, feature, this.#view, kind === shapeKinds.polygon);
    if (fill) this.#fill(fill.color, fill.opacity, extentX);
    if (area?.hatch) this.#hatch(area.hatch, extentX);
    if (line) this.#stroke(line, kind === shapeKinds.polygon, extentX);
  }

  #fill(color: number, opacity: number, extent: number, onto = this.#surface): void {
    const { points, starts, parts } = this.#path;
    const raster = this.#raster;
    raster.begin(extent);
    for (let part = 0; part < parts; part++) {
      const from = starts[part] as number;
      raster.ring(points, from, (starts[part + 1] as number) - from, 1);
    }
    raster.paint(onto.pixels, color, opacity, 'evenodd');
  }

  #hatch(hatch: HatchPainter, extent: number): void {
    const { width, height } = this.#surface;
    const { minX, minY, maxX, maxY } = this.#path;
    const box = {
      left: Math.max(0, Math.floor(minX)),
      top: Math.max(0, Math.floor(minY)),
      right: Math.min(width, Math.ceil(maxX) + 1),
      bottom: Math.min(height, Math.ceil(maxY) + 1),
    };
    this.#mask ??= createSurface(width, height, null);
    this.#fill(0xffffffff, 256, extent, this.#mask);
    hatch.lay(this.#surface, this.#mask, box);
  }

  #stroke(line: Line, closed: boolean, extent: number): void {
    const { points, starts, parts } = this.#path;
    const raster = this.#raster;
    raster.begin(extent + line.half * 2 + Math.abs(line.offset) * 2);
    for (let part = 0; part < parts; part++) {
      const from = starts[part] as number;
      const count = (starts[part + 1] as number) - from;
      if (line.offset === 0) this.#pen(line, points, from, count, closed);
      else this.#pen(line, moved(points, { from, count, closed }, this.#inwards(part, closed, line.offset)), 0, count, closed);
    }
    raster.paint(this.#surface.pixels, line.color, line.opacity, 'nonzero');
  }

  /** An offset to the right of a line, of a ring to the side on which the polygon is, as one to the left. */
  #inwards(part: number, closed: boolean, offset: number): number {
    return closed && this.#path.liesLeft(part) ? offset : -offset;
  }

  #pen(line: Line, points: Float64Array, from: number, count: number, closed: boolean): void {
    const { stroke, stroker, scale } = line;
    if (!line.dashed) {
      stroker.part(points, from, count, closed);
      return;
    }
    const pattern = { lengths: stroke.dashes.map(length => length * scale), offset: stroke.dashOffset * scale };
    const bounds = { width: this.#view.width, height: this.#view.height, margin: line.reach };
    dashes(points, { from, count, closed }, pattern, bounds, (piece, size) => stroker.part(piece, 0, size, false));
  }

  #row(scene: Scene, feature: number, row: Row): void {
    const { symbolizer, scale, turned } = row;
    const { mark, places } = symbolizer;
    const { width, height } = this.#view;
    const path = this.#path;
    const offset = (symbolizer.offset ?? 0) * scale;
    const margin = mark.size * scale + Math.abs(offset);
    if (!(path.maxX >= -margin && path.maxY >= -margin && path.minX <= width + margin && path.minY <= height + margin)) return;
    const closed = scene.kinds[feature] === shapeKinds.polygon;
    path.load(scene, feature, this.#view, closed);
    const setting = { places, spacing: symbolizer.spacing * scale, start: symbolizer.start * scale, bounds: { width, height, margin } };
    for (let part = 0; part < path.parts; part++) {
      const from = path.starts[part] as number;
      const count = (path.starts[part + 1] as number) - from;
      const points = offset === 0 ? path.points : moved(path.points, { from, count, closed }, this.#inwards(part, closed, offset));
      placesAlong(points, { from: offset === 0 ? from : 0, count, closed }, setting, (x, y, angle) => {
        const turn = Math.round(angle / turnStep) * turnStep;
        let sprites = turned.get(turn);
        if (!sprites) turned.set(turn, (sprites = new MarkSprites({ ...mark, rotation: mark.rotation + turn }, scale)));
        sprites.draw(this.#surface, x, y);
      });
    }
  }

  /** Marks stand on points, on the middle of a line's vertices and inside a polygon (SE 1.1 § 11.3.1). */
  #marks(scene: Scene, feature: number, sprites: MarkSprites): void {
    const view = this.#view;
    const scaleX = view.width / (view.maxX - view.minX);
    const scaleY = view.height / (view.maxY - view.minY);
    const { featureStarts, partStarts, coordinates } = scene;
    if (scene.kinds[feature] === shapeKinds.point) {
      const to = partStarts[featureStarts[feature + 1] as number] as number;
      for (let v = partStarts[featureStarts[feature] as number] as number; v < to; v++) {
        const x = ((coordinates[v * 2] as number) - view.minX) * scaleX;
        const y = (view.maxY - (coordinates[v * 2 + 1] as number)) * scaleY;
        if (x - x === 0 && y - y === 0) sprites.draw(this.#surface, x, y);
      }
      return;
    }
    const path = this.#path;
    if (!path.measure(scene, feature, view)) return;
    path.load(scene, feature, view, scene.kinds[feature] === shapeKinds.polygon);
    const place = path.place(scene.kinds[feature] === shapeKinds.polygon);
    if (place) sprites.draw(this.#surface, place.x, place.y);
  }
}
