// A feature type with one property of each kind, and the helpers that every filter test uses.
import type { FeatureType, Property } from '../../server/core/model/feature-type';
import { Fault, type FaultKind } from '../../server/core/model/fault';
import { readXml } from '../../server/core/xml/read';
import { readFilter, type FilterRules } from '../../server/core/filter/fes';

const property = (name: string, type: Property['type'], more: Partial<Property> = {}): Property => ({
  name,
  column: `c_${name}`,
  type,
  nillable: true,
  ...more,
});

export const trees: FeatureType = {
  name: 'arbres',
  prefix: 'antony',
  local: 'arbres',
  namespace: 'http://example.org/ns/antony',
  dataset: 'arbres',
  title: { fr: 'Arbres' },
  keywords: [],
  table: { schema: 'geomig', name: 'arbres', key: { column: 'id', type: 'integer' } },
  properties: [
    property('nom', 'string'),
    property('code', 'string'),
    property('etages', 'integer'),
    property('population', 'long'),
    property('hauteur', 'decimal'),
    property('masse', 'double'),
    property('remarquable', 'boolean'),
    property('plante', 'date'),
    property('releve', 'dateTime'),
    property('motscles', 'string', { many: true, aliases: ['Subject'] }),
    property('dates', 'date', { many: true }),
    property('texte', 'string', { fullText: true, aliases: ['AnyText'] }),
  ],
  geometry: { name: 'geom', column: 'shape', type: 'Point', srid: 2154, dimension: 2, aliases: ['the_geom'] },
  extent: null,
  generation: 1,
  count: null,
};

export const withTextKey: FeatureType = { ...trees, table: { ...trees.table, key: { column: 'id', type: 'text' } } };
export const withoutGeometry: FeatureType = { ...trees, geometry: null };

export const fes20: FilterRules = { dialect: '2.0', rule: 'form', defaultSrid: 2154, defaultFlip: false };
export const filter11: FilterRules = { ...fes20, dialect: '1.1' };
export const filter10: FilterRules = { ...fes20, dialect: '1.0', rule: 'xy' };

const fesRoot =
  'xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:antony="http://example.org/ns/antony"';
const ogcRoot = 'xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml" xmlns:antony="http://example.org/ns/antony"';

/** Reads the inside of a fes:Filter. */
export const fes = (inside: string, rules: Partial<FilterRules> = {}) =>
  readFilter(readXml(`<fes:Filter ${fesRoot}>${inside}</fes:Filter>`), { ...fes20, ...rules });

/** Reads the inside of an ogc:Filter. */
export const ogc = (inside: string, rules: Partial<FilterRules> = {}) =>
  readFilter(readXml(`<ogc:Filter ${ogcRoot}>${inside}</ogc:Filter>`), { ...filter11, ...rules });

/** The fault that `act` throws, as `kind@locator`; fails when it throws nothing or something else. */
export function faultOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Fault) return `${error.kind}@${error.locator}`;
    throw error;
  }
  return 'no fault';
}

export const kindOf = (act: () => unknown): FaultKind | 'no fault' => faultOf(act).split('@')[0] as FaultKind;
