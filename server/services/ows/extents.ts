// Extents as capabilities advertise them. A type's own extent is known only to callers who may see all its rows; for the others, and for empty
// types, the territory of the département stands in, so that a box never tells where hidden rows lie (R23, R43).
import { transformEnvelope } from '../../core/model/crs';
import type { FeatureType } from '../../core/model/feature-type';
import type { Envelope } from '../../core/model/geometry';

/** Hauts-de-Seine, lon,lat, rounded outwards. */
export const departmentExtent: Envelope = { minX: 2.14, minY: 48.72, maxX: 2.35, maxY: 48.96 };

/** Extent in lon,lat, rounded outwards. */
export const advertisedExtent = (type: FeatureType): Envelope => outwards(type.extent?.geographic ?? departmentExtent);

/** To a ten-millionth of a degree, about a centimetre. */
function outwards({ minX, minY, maxX, maxY }: Envelope): Envelope {
  const down = (value: number): number => Math.floor(value * 1e7 + 1e-4) / 1e7;
  const up = (value: number): number => Math.ceil(value * 1e7 - 1e-4) / 1e7;
  return { minX: down(minX), minY: down(minY), maxX: up(maxX), maxY: up(maxY) };
}

/** Extent in another CRS, x,y; the kept one where it is that of the data. */
export function advertisedExtentIn(type: FeatureType, srid: number): Envelope {
  if (type.extent && type.geometry?.srid === srid) return type.extent.native;
  return transformEnvelope(advertisedExtent(type), 4326, srid);
}
