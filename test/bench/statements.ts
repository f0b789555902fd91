// The COPY statements that print the bench's buildings, made by the door as for a request, so that what PostGIS needs alone can be timed beside it.
import type { FeatureType } from '../../server/core/model/feature-type';
import { plan } from '../../server/core/query/plan';
import type { Rendering } from '../../server/core/query/query';
import { textCopy } from '../../server/core/query/select';

const type: FeatureType = {
  name: 'batiment',
  prefix: 'banc',
  local: 'batiment',
  namespace: 'http://example.org/banc',
  dataset: 'batiment',
  title: { fr: 'Bâtiments' },
  keywords: [],
  table: { schema: 'banc', name: 'batiment', key: { column: 'id', type: 'integer' } },
  properties: [
    { name: 'nature', column: 'nature', type: 'string', nillable: true },
    { name: 'hauteur', column: 'hauteur', type: 'double', nillable: true },
    { name: 'etages', column: 'etages', type: 'integer', nillable: true },
    { name: 'date_maj', column: 'date_maj', type: 'date', nillable: true },
    { name: 'commentaire', column: 'commentaire', type: 'string', nillable: true },
  ],
  geometry: { name: 'geom', column: 'geom', type: 'Polygon', srid: 2154, dimension: 2 },
  extent: null,
  generation: 1,
  count: null,
};

const renderings: Readonly<Record<'gml' | 'geojson', Rendering>> = {
  gml: { format: 'gml', version: '3.2', srsName: 'urn:ogc:def:crs:EPSG::2154', flip: false, decimals: 3 },
  geojson: { format: 'geojson', decimals: 3 },
};

/** The statement for the first `count` buildings, with the values to be set before it, and with another target than the client. */
export function statementOf(format: 'gml' | 'geojson', count: number, target: string): { text: string; values: readonly string[] } {
  const made = plan(
    { type: 'batiment', action: 'feature', filter: { op: 'all' }, sort: [], page: { count, start: 0 }, srid: 2154 },
    {
      allowed: true,
      rule: 'D3',
      masked: new Set(),
      filter: { op: 'all' },
      scaleMin: null,
      scaleMax: null,
      public: true,
      responsible: null,
      grant: null,
      fingerprint: '',
      validUntil: null,
    },
    type,
  );
  const { text, set } = textCopy(made, renderings[format]);
  return { text: text.replace(') to stdout (format', `) to ${target} (format`), values: set?.values ?? [] };
}
