// Territories and areas: polygons written inline (GeoJSON), or picked out of a file by a CQL2 condition (R43).
import { resolve } from 'node:path';
import { cql2Text } from '../../core/filter/cql2-text';
import { compileFilter } from '../../core/filter/evaluate';
import type { Expression, Filter } from '../../core/filter/filter';
import { Fault } from '../../core/model/fault';
import type { Geometry, Position } from '../../core/model/geometry';
import type { GeoJsonGeometry, OrganisationEntry } from '../file';
import type { Work } from './work';

/** Names of properties that a filter on attributes mentions. */
function propertiesOf(filter: Filter): string[] {
  const named = (side: Expression): string[] => (side.kind === 'property' ? [side.name] : []);
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.parts.flatMap(propertiesOf);
    case 'not':
      return propertiesOf(filter.part);
    case 'compare':
      return [...named(filter.left), ...named(filter.right)];
    case 'between':
    case 'in':
    case 'like':
    case 'null':
      return [filter.property];
    default:
      return [];
  }
}

/** A territory inline (lon,lat) or picked out of a file by a CQL2 condition. */
export async function territoryOf(work: Work, entry: OrganisationEntry, at: string): Promise<{ geometry: Geometry; srid: number }> {
  const { territory } = entry;
  if (territory && 'type' in territory) return { geometry: asGeometry(territory, `${at}.territory`), srid: 4326 };
  const wanted = territory as { source: string; layer?: string; where?: string };
  const source = await work.parts.openSource(
    resolve(work.folder, wanted.source),
    wanted.layer === undefined ? {} : { layer: wanted.layer },
  );
  try {
    const filter = wanted.where === undefined ? null : cql2Text(wanted.where, `${at}.territory.where`);
    const names = new Set(source.fields.map(field => field.name));
    for (const name of filter ? propertiesOf(filter) : [])
      if (!names.has(name))
        throw new Fault(
          'unknown-property',
          `${at}.territory.where`,
          `${at}.territory.where : ${wanted.source} n’a pas d’attribut « ${name} » ; il a ${[...names].join(', ')}`,
        );
    const polygons: Position[][][] = [];
    for await (const row of source.rows()) {
      if (row.problem !== undefined || !row.geometry) continue;
      const values = Object.fromEntries(source.fields.map((field, index) => [field.name, [row.values[index] ?? null]]));
      if (filter && !compileFilter(filter, values)(0)) continue;
      if (row.geometry.type === 'Polygon') polygons.push(row.geometry.coordinates as Position[][]);
      else if (row.geometry.type === 'MultiPolygon') polygons.push(...(row.geometry.coordinates as Position[][][]));
    }
    if (polygons.length === 0)
      throw new Fault(
        'invalid-value',
        `${at}.territory`,
        `${at}.territory : aucun polygone de ${wanted.source}${wanted.where === undefined ? '' : ` ne répond à ${wanted.where}`}`,
      );
    return { geometry: { type: 'MultiPolygon', coordinates: polygons }, srid: source.geometry?.srid ?? 4326 };
  } finally {
    await source.close();
  }
}

/** Inline GeoJSON as a geometry; polygons only make sense as territories and areas. */
export function asGeometry(value: GeoJsonGeometry, locator: string): Geometry {
  if ((value.type !== 'Polygon' && value.type !== 'MultiPolygon') || !Array.isArray(value.coordinates))
    throw new Fault('invalid-value', locator, `${locator} : attendu : un Polygon ou MultiPolygon GeoJSON en longitude, latitude`);
  const flat = (value.coordinates as unknown[]).flat(3);
  if (flat.length === 0 || !flat.every(number => typeof number === 'number' && Number.isFinite(number)))
    throw new Fault('invalid-value', locator, `${locator} : les coordonnées ne sont pas des nombres`);
  return value as unknown as Geometry;
}
