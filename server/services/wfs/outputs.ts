// Output formats of GetFeature: one row each, with the names clients use for it and the action it needs (file formats need `download`).
import { Fault } from '../../core/model/fault';
import type { Action } from '../../core/policy/charter';
import { foldedMediaType } from '../ows/media-type';

export interface OutputFormat {
  readonly kind: 'gml32' | 'geojson' | 'csv';
  /** Name that is advertised, and Content-Type of the answer. */
  readonly name: string;
  readonly type: string;
  /** Compared without case, spaces and quotes. */
  readonly aliases: readonly string[];
  readonly action: Action;
}

const gml32: OutputFormat = {
  kind: 'gml32',
  name: 'application/gml+xml; version=3.2',
  type: 'application/gml+xml; version=3.2',
  aliases: [
    'application/gml+xml',
    'application/gml+xml;version=3.2.1',
    'text/xml;subtype=gml/3.2',
    'text/xml;subtype=gml/3.2.1',
    'text/xml',
    'application/xml',
    'gml32',
    'gml3.2',
    'gml',
  ],
  action: 'feature',
};

export const outputFormats: readonly OutputFormat[] = [
  gml32,
  {
    kind: 'geojson',
    name: 'application/geo+json',
    type: 'application/geo+json',
    aliases: [
      'application/json',
      'application/vnd.geo+json',
      'application/json;subtype=geojson',
      'application/json;type=geojson',
      'geojson',
      'json',
    ],
    action: 'feature',
  },
  { kind: 'csv', name: 'text/csv', type: 'text/csv; charset=utf-8', aliases: ['csv', 'text/csv;charset=utf-8'], action: 'download' },
];

/** Alias that clients look for, advertised beside the canonical names. */
export const advertisedAliases: readonly { readonly name: string; readonly kind: OutputFormat['kind'] }[] = [
  { name: 'text/xml; subtype=gml/3.2.1', kind: 'gml32' },
  { name: 'application/json', kind: 'geojson' },
];

/** The format a request names; GML 3.2 when it names none. Fault invalid-format at outputFormat. */
export function outputFormat(name: string | undefined): OutputFormat {
  if (name === undefined || name.trim() === '') return gml32;
  const wanted = foldedMediaType(name);
  const found = outputFormats.find(format => foldedMediaType(format.name) === wanted || format.aliases.includes(wanted));
  if (!found) throw new Fault('invalid-format', 'outputFormat', `"${name.slice(0, 80)}" is not an output format of this server`);
  return found;
}

/** Formats in which DescribeFeatureType answers: the schema of GML 3.2. */
export function schemaFormat(name: string | undefined): void {
  const wanted = name === undefined ? '' : foldedMediaType(name);
  if (wanted !== '' && wanted !== 'xmlschema' && wanted !== foldedMediaType(gml32.name) && !gml32.aliases.includes(wanted))
    throw new Fault('invalid-format', 'outputFormat', `"${(name ?? '').slice(0, 80)}" is not a schema language of this server`);
}
