// The drawing of a map: scenes with their styles, painted feature after feature into one surface; labels come last.
import { shapeKinds } from '../../core/ports/scene';
import type { Scene } from '../../core/ports/scene';
import { compileFilter } from '../../core/filter/evaluate';
import type { Test } from '../../core/filter/evaluate';
import { holdsAt } from '../styles/style';
import type { Group, Label, Stroke, Style, Symbolizer } from '../styles/style';
import { dashes } from './dash';
import { LabelLayer } from './label';
import { MarkSprites } from './mark';
import { Path } from './path';
import type { View } from './path';
import { Raster } from './raster';
import { reach, Stroker } from './stroke';
import { createSurface, paintRectangle, pixelOf } from './surface';
import type { Rgb, Surface } from './surface';

export interface MapLayer {
  readonly scene: Scene;
  readonly style: Style;
}

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
}

/** A symbolizer ready for use on the features of one scene. */
type Painter =
  | { readonly kind: 'area'; readonly fill: { readonly color: number; readonly opacity: number } | null; readonly line: Line | null }
  | { readonly kind: 'line'; readonly line: Line }
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
  for (const layer of drawing.layers) for (const group of layer.style.groups) work.group(group, layer.scene);
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
        painters: rule.symbolizers.map(one => this.#painter(one)),
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

  #painter(symbolizer: Symbolizer): Painter {
    switch (symbolizer.kind) {
      case 'polygon': {
        const { fill, stroke } = symbolizer;
        return {
          kind: 'area',
          fill: fill && { color: pixelOf(fill.color), opacity: Math.round(fill.opacity * 256) },
          line: stroke && this.#line(stroke),
        };
      }
      case 'line':
        return { kind: 'line', line: this.#line(symbolizer.stroke) };
      case 'point':
        return {
          kind: 'mark',
          sprites: new MarkSprites(symbolizer.mark, this.#drawing.symbolScale),
          pointsOnly: symbolizer.pointsOnly === true,
        };
      case 'text':
        return { kind: 'label', label: symbolizer.label };
    }
  }

  #line(stroke: Stroke): Line {
    const half = (stroke.width * this.#drawing.symbolScale) / 2;
    const { join, cap, color, opacity } = stroke;
    return {
      stroke,
      half,
      color: pixelOf(color),
      opacity: Math.round(opacity * 256),
      reach: reach(half, join),
      stroker: new Stroker(this.#raster, { half, join, cap }),
      dashed: stroke.dashes.reduce((sum, length) => sum + length, 0) * this.#drawing.symbolScale >= 1,
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
    const line = painter.line;
    const margin = line ? line.reach : 0;
    const { width, height } = this.#view;
    const { minX, minY, maxX, maxY } = path;
    if (!(maxX >= -margin && maxY >= -margin && minX <= width + margin && minY <= height + margin)) return;
    // a polygon's symbolizer on a line paints its stroke; a line's symbolizer on a polygon its outline (SE 1.1 § 11.1, 11.2)
    const fill = painter.kind === 'area' && kind === shapeKinds.polygon ? painter.fill : null;
    const extentX = maxX - minX;
    const extentY = maxY - minY;
    if (extentX < tiny && extentY < tiny) {
      const speck = this.#speck;
      speck[0] = minX;
      speck[1] = minY;
      speck[2] = maxX;
      speck[3] = maxY;
      if (fill) paintRectangle(this.#surface, speck, fill.color, fill.opacity);
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
    if (line) this.#stroke(line, kind === shapeKinds.polygon, extentX);
  }

  #fill(color: number, opacity: number, extent: number): void {
    const { points, starts, parts } = this.#path;
    const raster = this.#raster;
    raster.begin(extent);
    for (let part = 0; part < parts; part++) {
      const from = starts[part] as number;
      raster.ring(points, from, (starts[part + 1] as number) - from, 1);
    }
    raster.paint(this.#surface.pixels, color, opacity, 'evenodd');
  }

  #stroke(line: Line, closed: boolean, extent: number): void {
    const { points, starts, parts } = this.#path;
    const raster = this.#raster;
    const { stroke, stroker } = line;
    raster.begin(extent + line.half * 2);
    for (let part = 0; part < parts; part++) {
      const from = starts[part] as number;
      const count = (starts[part + 1] as number) - from;
      if (!line.dashed) stroker.part(points, from, count, closed);
      else {
        const scale = this.#drawing.symbolScale;
        const pattern = { lengths: stroke.dashes.map(length => length * scale), offset: stroke.dashOffset * scale };
        const bounds = { width: this.#view.width, height: this.#view.height, margin: line.reach };
        dashes(points, { from, count, closed }, pattern, bounds, (piece, size) => stroker.part(piece, 0, size, false));
      }
    }
    raster.paint(this.#surface.pixels, line.color, line.opacity, 'nonzero');
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
