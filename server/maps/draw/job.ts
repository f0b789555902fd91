// One picture to be made: a drawing and the format it is written in. What a drawing thread gets, and what it does.
import { types } from 'node:util';
import type { Cells } from '../../core/model/coverage';
import type { Scene } from '../../core/ports/scene';
import { drawMap } from './draw';
import type { MapDrawing } from './draw';
import { encodeJpeg } from './jpeg';
import { writeNotice } from './notice';
import { encodePng } from './png';
import { dropSurface, type Surface } from './surface';
import { encodeWebp } from './webp';

export interface RenderJob {
  readonly drawing: MapDrawing;
  readonly format: 'png' | 'jpeg' | 'webp';
  /** Written over the picture: why there is no map. */
  readonly notice?: string;
}

/** Draws and encodes. JPEG has no transparency: a transparent drawing becomes white. */
export function renderNow(job: RenderJob): Uint8Array {
  const { drawing, format } = job;
  const surface = drawMap(format === 'jpeg' ? { ...drawing, background: drawing.background ?? 0xffffff } : drawing);
  if (job.notice !== undefined) writeNotice(surface, job.notice, drawing.symbolScale);
  const picture = encoded(surface, job);
  dropSurface(surface);
  return picture;
}

function encoded(surface: Surface, { drawing, format }: RenderJob): Uint8Array {
  switch (format) {
    case 'jpeg':
      return encodeJpeg(surface);
    case 'webp':
      return encodeWebp(surface);
    case 'png':
      return encodePng(surface, { transparent: drawing.background === null, scale: drawing.symbolScale });
  }
}

/** About how long a job takes, in milliseconds of one core: pixels, vertices and features each have their price. */
export function estimate(job: RenderJob): number {
  const { view, layers } = job.drawing;
  let cost = view.width * view.height * 1.2e-5;
  for (const { scene, cells, style } of layers) {
    if (cells) {
      cost += cells.width * cells.height * 3e-5;
      continue;
    }
    const hatched = style.groups.some(group => group.rules.some(rule => rule.symbolizers.some(one => one.kind === 'polygon' && one.hatch)));
    // a pattern is looked up pixel by pixel
    if (hatched) cost += view.width * view.height * 2e-5;
    const labels = style.groups.some(group => group.rules.some(rule => rule.symbolizers.some(one => one.kind === 'text')));
    cost += scene.coordinates.length * 8e-5 + scene.features * (labels ? 0.05 : 0.001);
  }
  return cost;
}

/** The buffers of a job's scenes that may change their owner: whole ones, not shared between threads. */
export function transferables(job: RenderJob): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const whole = (array: Scene['coordinates'] | Scene['kinds'] | Scene['partStarts'] | Cells): void => {
    if (types.isArrayBuffer(array.buffer) && array.byteLength === array.buffer.byteLength && array.byteLength > 0) found.add(array.buffer);
  };
  for (const { scene, cells } of job.drawing.layers) {
    if (cells) {
      cells.bands.forEach(whole);
      whole(cells.shown);
      continue;
    }
    whole(scene.coordinates);
    whole(scene.kinds);
    whole(scene.featureStarts);
    whole(scene.partStarts);
  }
  return [...found];
}
