// Made-up pictures: a few hundred areas, lines and points with fills and outlines, each time a little different. They are drawn at the start of
// the server, so that what draws is compiled before the first request.
import { shapeKinds } from '../../core/ports/scene';
import type { Scene, ShapeKind } from '../../core/ports/scene';
import { defaultStyle } from '../styles/defaults';
import type { Style } from '../styles/style';
import type { RenderJob } from './job';

const size = 256;
const shapes = 150;

/** The picture of that number. */
export function warmJob(number: number): RenderJob {
  let seed = number + 1;
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const layer = (kind: ShapeKind, vertices: number, style: Style): RenderJob['drawing']['layers'][number] => {
    const coordinates = new Float64Array(shapes * vertices * 2);
    for (let shape = 0, at = 0; shape < shapes; shape++) {
      const x = random() * size;
      const y = random() * size;
      for (let i = 0; i < vertices; i++) {
        // a ring ends where it began
        const turn = (2 * Math.PI * (i % Math.max(1, vertices - 1))) / Math.max(1, vertices - 1);
        coordinates[at++] = x + Math.cos(turn) * 9;
        coordinates[at++] = y + Math.sin(turn) * 9;
      }
    }
    const scene: Scene = {
      features: shapes,
      kinds: new Uint8Array(shapes).fill(kind),
      featureStarts: Uint32Array.from({ length: shapes + 1 }, (_, i) => i),
      partStarts: Uint32Array.from({ length: shapes + 1 }, (_, i) => i * vertices),
      coordinates,
      attributes: {},
    };
    return { scene, style };
  };
  return {
    format: number % 8 === 7 ? 'jpeg' : 'png',
    drawing: {
      view: { minX: 0, minY: 0, maxX: size, maxY: size, width: size, height: size },
      layers: [
        layer(shapeKinds.polygon, 9, defaultStyle('Polygon')),
        layer(shapeKinds.line, 7, defaultStyle('LineString')),
        layer(shapeKinds.point, 1, defaultStyle('Point')),
      ],
      denominator: 5_000,
      symbolScale: 1,
      background: number % 3 === 0 ? null : 0xffffff,
    },
  };
}
