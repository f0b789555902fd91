// Output formats of GetFeature: one row each, with the names clients use for it and the action it needs (file formats need `download`).
import { Fault } from '../../core/model/fault';
import type { Action } from '../../core/policy/charter';
import type { GmlVersion } from '../../formats/feature-schema';
import { foldedMediaType } from '../ows/media-type';
import type { WfsVersion } from './versions';

interface Format {
  /** Name that is advertised, and Content-Type of the answer. */
  readonly name: string;
  readonly type: string;
  /** Compared without case, spaces and quotes. */
  readonly aliases: readonly string[];
  readonly action: Action;
}

/** GML in the collection of the version of WFS it belongs to. */
export interface GmlFormat extends Format {
  readonly kind: 'gml';
  readonly gml: GmlVersion;
}

export type OutputFormat = GmlFormat | (Format & { readonly kind: 'geojson' | 'csv' });

const gml = (version: GmlVersion, name: string, aliases: readonly string[]): GmlFormat => ({
  kind: 'gml',
  gml: version,
  name,
  type: name,
  aliases,
  action: 'feature',
});

const gmlFormats: Readonly<Record<GmlVersion, GmlFormat>> = {
  '3.2': gml('3.2', 'application/gml+xml; version=3.2', [
    'application/gml+xml',
    'application/gml+xml;version=3.2.1',
    'text/xml;subtype=gml/3.2',
    'text/xml;subtype=gml/3.2.1',
    'gml32',
    'gml3.2',
  ]),
  '3.1.1': gml('3.1.1', 'text/xml; subtype=gml/3.1.1', [
    'text/xml;subtype=gml/3.1',
    'text/gml;subtype=gml/3.1.1',
    'text/xml;subtype=gml/3.1.1;charset=utf-8',
    'text/xml;subtype=gml/3.1.1/profiles/gmlsf/1.0.0/0',
    'text/xml;subtype=gml/3.1.1/profiles/gmlsf/0',
    'application/gml+xml;version=3.1',
    'application/gml+xml;version=3.1.1',
    'gml3',
    'gml31',
    'gml311',
    'gml3.1.1',
  ]),
  '2.1.2': gml('2.1.2', 'text/xml; subtype=gml/2.1.2', [
    'text/xml;subtype=gml/2',
    'text/xml;subtype=gml/2.1',
    'application/gml+xml;version=2.1',
    'application/gml+xml;version=2.1.2',
    'gml2',
    'gml212',
    'gml2.1.2',
  ]),
};

/** What says GML in whatever version the service speaks. */
const anyGml: ReadonlySet<string> = new Set(['', 'text/xml', 'application/xml', 'text/xml;charset=utf-8', 'xml', 'gml']);

const otherFormats: readonly Exclude<OutputFormat, GmlFormat>[] = [
  {
    kind: 'geojson',
    name: 'application/geo+json',
    type: 'application/geo+json',
    aliases: [
      'application/json',
      'application/json;charset=utf-8',
      'application/vnd.geo+json',
      'application/geojson',
      'application/json;subtype=geojson',
      'application/json;type=geojson',
      'text/json',
      'geojson',
      'json',
    ],
    action: 'feature',
  },
  { kind: 'csv', name: 'text/csv', type: 'text/csv; charset=utf-8', aliases: ['csv', 'text/csv;charset=utf-8'], action: 'download' },
];

/** Formats of WFS by version of GML: an answer in older GML can be asked of any version, and is advertised where clients look for it. */
const advertised: Readonly<Record<GmlVersion, readonly (readonly [string, OutputFormat['kind']])[]>> = {
  '3.2': [
    ['text/xml; subtype=gml/3.2.1', 'gml'],
    ['application/json', 'geojson'],
  ],
  '3.1.1': [
    ['text/xml; subtype=gml/2.1.2', 'gml'],
    ['GML2', 'gml'],
    ['application/json', 'geojson'],
  ],
  '2.1.2': [['application/json', 'geojson']],
};

/** The GML of a version of WFS. */
export const ownFormat = (version: WfsVersion): GmlFormat => gmlFormats[version.gml];

/** Where a count stands: in the GML of the version, or of 1.1 where its own has no place for it. */
export const countFormat = (version: WfsVersion): GmlFormat => gmlFormats[version.gml === '2.1.2' ? '3.1.1' : version.gml];

/** Names of formats to advertise; file formats only to those who may download. The first is the default. */
export function formatNames(
  version: WfsVersion,
  download: boolean,
): { readonly canonical: readonly string[]; readonly all: readonly string[] } {
  const formats: readonly OutputFormat[] = [ownFormat(version), ...otherFormats];
  const canonical = formats.filter(format => format.action === 'feature' || download).map(format => format.name);
  return { canonical, all: [...canonical, ...advertised[version.gml].map(([name]) => name)] };
}

/** Names of the schemas' formats to advertise. */
export const schemaFormatNames = (version: WfsVersion): readonly string[] =>
  version.gml === '3.1.1' ? [ownFormat(version).name, gmlFormats['2.1.2'].name, 'XMLSCHEMA'] : [ownFormat(version).name];

/** Formats by every name, folded. */
const byName: ReadonlyMap<string, OutputFormat> = new Map(
  [...Object.values(gmlFormats), ...otherFormats].flatMap(format =>
    [foldedMediaType(format.name), ...format.aliases].map(name => [name, format] as const),
  ),
);

function find(name: string | undefined, version: WfsVersion): OutputFormat | undefined {
  const wanted = name === undefined ? '' : foldedMediaType(name);
  return anyGml.has(wanted) ? ownFormat(version) : byName.get(wanted);
}

/** The format a request names; the GML of its version when it names none. Fault invalid-format at outputFormat. */
export function outputFormat(name: string | undefined, version: WfsVersion): OutputFormat {
  const found = find(name, version);
  if (!found) throw new Fault('invalid-format', 'outputFormat', `"${(name ?? '').slice(0, 80)}" is not an output format of this server`);
  return found;
}

/** Format in which DescribeFeatureType answers: the schema of a version of GML. `XMLSCHEMA` was that of GML 2 before WFS 2.0 (OGC 02-058 § 8.3). */
export function schemaFormat(name: string | undefined, version: WfsVersion): GmlFormat {
  const schema = name !== undefined && foldedMediaType(name) === 'xmlschema';
  const found = schema ? gmlFormats[version.gml === '3.2' ? '3.2' : '2.1.2'] : find(name, version);
  if (found?.kind !== 'gml')
    throw new Fault('invalid-format', 'outputFormat', `"${(name ?? '').slice(0, 80)}" is not a schema language of this server`);
  return found;
}
