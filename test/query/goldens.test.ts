// Every shape of SQL that a request can become, as files under test/sql: the second statement is the one that COPY runs (D6).
import { join } from 'node:path';
import type { Filter } from '../../server/core/filter/filter';
import type { GeometryProperty } from '../../server/core/model/feature-type';
import { plan } from '../../server/core/query/plan';
import type { Query } from '../../server/core/query/query';
import { countRows, extentRows, keptCountRows, objectCopy, sceneCopy, textCopy, textRows, type Copy } from '../../server/core/query/select';
import type { Printed } from '../../server/core/query/sql';
import { projectRoot } from '../../server/root';
import { expectGolden } from './golden';
import { allowed, box, compare, query, sampleType } from './samples';

const file = (name: string): string => join(projectRoot, 'test', 'sql', `${name}.sql`);
const readable = (text: string): string => text.replace(/ (from|where|order by|union|limit|offset) /g, '\n$1 ');
const list = (values: readonly string[]): string => values.map((value, i) => `-- ${i + 1}: ${value}\n`).join('');
const printed = ({ text, values }: Printed): string => `${readable(text)};\n${list(values)}`;
const copied = ({ text, set }: Copy): string => `${set ? `${set.text};\n${list(set.values)}` : ''}${readable(text)};\n`;

const square = box(640000, 6850000, 641000, 6851000);
const spatial = (operator: Extract<Filter, { op: 'spatial' }>['operator'], srid = 2154): Filter => ({
  op: 'spatial',
  operator,
  property: null,
  geometry: srid === 2154 ? { geometry: square, srid } : { geometry: box(2.2, 48.8, 2.3, 48.9), srid },
  ...(operator === 'dwithin' || operator === 'beyond' ? { distance: 250 } : {}),
});

const filters: Readonly<Record<string, Filter | readonly [Filter, Partial<GeometryProperty>]>> = {
  everything: { op: 'all' },
  nothing: { op: 'none' },
  text: compare('nom', '=', "l'eau"),
  'text-without-case': compare('nom', '=', 'Eau', false),
  'text-order': compare('nom', '>=', 'm'),
  integer: compare('etages', '>', 3),
  'integer-by-fraction': compare('etages', '>', '3.5'),
  long: compare('surface', '<>', '9007199254740993'),
  decimal: compare('prix', '<', '0.10'),
  double: compare('hauteur', '<=', 12.5),
  boolean: compare('actif', '=', 'true'),
  date: compare('pose', '=', '2025-06-15'),
  'partial-date': compare('pose', '=', '2025-06'),
  'partial-date-unequal': compare('pose', '<>', '2025'),
  instant: compare('vu', '>', '2025-06-15T12:00:00Z'),
  columns: {
    op: 'compare',
    operator: '<',
    left: { kind: 'property', name: 'prix' },
    right: { kind: 'property', name: 'hauteur' },
    matchCase: true,
  },
  'several-any': compare('mots', '=', 'eau'),
  'several-any-without-case': compare('mots', '=', 'eau', false),
  'several-all': { ...compare('mots', '=', 'eau'), matchAction: 'All' } as Filter,
  'several-one': { ...compare('mots', '<>', 'eau'), matchAction: 'One' } as Filter,
  'several-in': { op: 'in', property: 'mots', values: ['eau', 'air'] },
  'several-null': { op: 'null', property: 'mots' },
  like: { op: 'like', property: 'nom', pattern: [{ text: '100%_\\' }, 'any', { text: 'é' }, 'one'], matchCase: true },
  'like-without-case': { op: 'like', property: 'nom', pattern: ['any', { text: 'eau' }, 'any'], matchCase: false },
  between: { op: 'between', property: 'hauteur', lower: { kind: 'literal', value: 2 }, upper: { kind: 'literal', value: 4 } },
  in: { op: 'in', property: 'etages', values: [1, 2, 3] },
  null: { op: 'null', property: 'nom' },
  'null-geometry': { op: 'null', property: 'geom' },
  not: { op: 'not', part: compare('nom', '=', 'x') },
  'and-or': { op: 'or', parts: [{ op: 'and', parts: [compare('nom', '=', 'a'), compare('etages', '=', 1)] }, compare('etages', '=', 2)] },
  ids: { op: 'ids', ids: ['arbres.1', 'arbres.2', 'rues.3', 'arbres.x'] },
  'one-id': { op: 'ids', ids: ['arbres.7'] },
  during: { op: 'temporal', operator: 'during', property: 'vu', period: { begin: '2025-01-01', end: '2025-12-31' } },
  bbox: spatial('bbox'),
  'bbox-other-crs': spatial('bbox', 4326),
  ...Object.fromEntries(
    (['equals', 'disjoint', 'intersects', 'touches', 'crosses', 'within', 'contains', 'overlaps'] as const).map(name => [
      name,
      spatial(name),
    ]),
  ),
  'intersects-other-crs': spatial('intersects', 4326),
  dwithin: spatial('dwithin'),
  beyond: spatial('beyond'),
  'dwithin-in-degrees': [spatial('dwithin'), { srid: 4326 }],
  'beyond-in-degrees': [spatial('beyond'), { srid: 4326 }],
  'dwithin-in-mercator': [spatial('dwithin', 4326), { srid: 3857 }],
};

describe('filters', () => {
  test.each(Object.entries(filters))('%s', (name, entry) => {
    const [filter, geometry] = Array.isArray(entry) ? (entry as [Filter, Partial<GeometryProperty>]) : [entry as Filter, {}];
    const made = plan(query(filter, { properties: ['nom'] }), allowed(), sampleType(geometry));
    expectGolden(file(`where-${name}`), `${printed(countRows(made))}\n${copied(textCopy(made, { format: 'geojson', decimals: 3 }))}`);
  });
});

test('R43: the territory is united once, and stands before the user’s filter under one AND', () => {
  const decision = allowed({ filter: { op: 'area', area: { organisations: [4, 7] } } });
  const made = plan(query(compare('nom', '=', 'x'), { properties: ['nom'] }), decision, sampleType());
  expectGolden(file('grant-territory'), printed(countRows(made)));
});

test('a grant for a geometry and rows on a masked attribute', () => {
  const decision = allowed({
    masked: new Set(['secret']),
    filter: { op: 'and', parts: [compare('secret', '=', 'non'), { op: 'area', area: { geometry: { geometry: square, srid: 2154 } } }] },
  });
  expectGolden(file('grant-rows-and-area'), printed(countRows(plan(query(), decision, sampleType()))));
});

const gml = { format: 'gml', version: '3.2', srsName: 'urn:ogc:def:crs:EPSG::2154', flip: false, decimals: 3 } as const;
const page: Partial<Query> = {
  page: { count: 10, start: 20 },
  sort: [
    { property: 'nom', descending: true },
    { property: 'pose', descending: false },
  ],
};

const statements: Readonly<Record<string, () => string>> = {
  'gml-all-kinds': () => copied(textCopy(plan(query(), allowed(), sampleType({ type: 'Point' })), gml)),
  'gml-page': () => copied(textCopy(plan(query(undefined, page), allowed(), sampleType({ type: 'MultiPolygon' })), gml)),
  'gml-other-crs-flipped': () =>
    copied(
      textCopy(plan(query(undefined, { srid: 4326, properties: ['geom'] }), allowed(), sampleType({ type: 'Polygon' })), {
        ...gml,
        srsName: 'http://www.opengis.net/def/crs/EPSG/0/4326',
        flip: true,
        decimals: 8,
      }),
    ),
  'gml-any-geometry': () => copied(textCopy(plan(query(undefined, { properties: ['geom'] }), allowed(), sampleType()), gml)),
  'gml-2': () =>
    copied(
      textCopy(plan(query(undefined, { properties: ['geom'] }), allowed(), sampleType()), {
        ...gml,
        version: '2.1.2',
        srsName: 'EPSG:2154',
      }),
    ),
  'gml-few': () =>
    printed(
      textRows(plan(query({ op: 'ids', ids: ['arbres.7'] }, { properties: ['nom'] }), allowed(), sampleType()), gml) ?? {
        text: '',
        values: [],
      },
    ),
  geojson: () => copied(textCopy(plan(query(), allowed(), sampleType()), { format: 'geojson', decimals: 3 })),
  'csv-wkt': () => copied(textCopy(plan(query(), allowed(), sampleType()), { format: 'csv', geometry: 'wkt' })),
  'csv-xy': () =>
    copied(
      textCopy(plan(query(undefined, { properties: ['nom', 'geom'] }), allowed(), sampleType({ type: 'Point' })), {
        format: 'csv',
        geometry: 'xy',
      }),
    ),
  'objects-page': () => copied(objectCopy(plan(query(undefined, page), allowed(), sampleType()))),
  scene: () =>
    copied(
      sceneCopy(plan(query(spatial('bbox'), { properties: ['nom', 'hauteur', 'prix', 'actif', 'vu', 'mots'] }), allowed(), sampleType())),
    ),
  'scene-simplified': () =>
    copied(sceneCopy(plan(query(undefined, { properties: [], resolution: 20, srid: 3857 }), allowed(), sampleType()))),
  'scene-roughly': () => copied(sceneCopy(plan(query(spatial('bbox'), { properties: [], roughly: true }), allowed(), sampleType()))),
  'count-whole': () => printed(keptCountRows(plan(query(), allowed(), sampleType()), 12)),
  extent: () => printed(extentRows(plan(query(), allowed(), sampleType())) ?? { text: '', values: [] }),
};

test.each(Object.entries(statements))('statement %s', (name, make) => expectGolden(file(name), make()));

test('text keys are escaped into ids by the database', () => {
  const type = sampleType();
  const made = plan(query(undefined, { properties: [] }), allowed(), {
    ...type,
    table: { ...type.table, key: { column: 'code', type: 'text' } },
  });
  expectGolden(file('text-key'), copied(textCopy(made, { format: 'geojson', decimals: 3 })));
});
