// What is taken and what is refused of documents from outside (D17), whatever their encoding; never an exception for a file.
import { importRecord, importRecords, publishable, reportLine } from '../../catalogue/import';
import { indexRow } from '../../catalogue/index-row';
import { readIso } from '../../catalogue/iso19139-read';
import { readXml } from '../../server/core/xml/read';

const iso = (inside: string): string =>
  `<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">${inside}</gmd:MD_Metadata>`;
const identified = iso('<gmd:fileIdentifier><gco:CharacterString>é-1</gco:CharacterString></gmd:fileIdentifier>');
const bytes = (text: string, encoding: BufferEncoding = 'utf8'): Uint8Array => Buffer.from(text, encoding);

test.each<[string, Uint8Array]>([
  ['UTF-8', bytes(`<?xml version="1.0" encoding="UTF-8"?>${identified}`)],
  ['UTF-8 with a mark', bytes(`\uFEFF${identified}`)],
  ['ISO-8859-1', bytes(`<?xml version="1.0" encoding="ISO-8859-1"?>${identified}`, 'latin1')],
  ['UTF-16', bytes(`\uFEFF<?xml version="1.0" encoding="UTF-16"?>${identified}`, 'utf16le')],
])('%s is read', (_name, document) => {
  const [report] = importRecords(document);
  expect([report?.identifier, report?.refused]).toEqual(['é-1', null]);
});

test.each<[string, Uint8Array, string]>([
  ['malformed', bytes('<gmd:MD_Metadata'), 'document.malformed'],
  ['no XML at all', bytes('PK\u0003\u0004'), 'document.malformed'],
  ['a DOCTYPE', bytes(`<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>${identified}`), 'document.malformed'],
  ['an encoding nobody knows', bytes('<?xml version="1.0" encoding="klingon"?><x/>'), 'document.malformed'],
  ['larger than a record may be', bytes(`<x>${'a'.repeat(6_000_000)}</x>`), 'document.too-large'],
  ['another schema', bytes('<kml xmlns="http://www.opengis.net/kml/2.2"/>'), 'schema.unknown'],
  ['no identifier', bytes(iso('')), 'identifier.missing'],
])('refused, with a reason and a remedy: %s', (_name, document, code) => {
  const [report] = importRecords(document);
  expect(report?.refused?.code).toBe(code);
  expect(report?.refused?.remedy.fr).not.toBe('');
  expect(report?.refused?.rule).toBe('D17');
});

test('findings are reported and refuse nothing', () => {
  const [report] = importRecords(bytes(identified));
  expect(report?.refused).toBeNull();
  expect(publishable(report?.findings ?? [])).toBe(false);
  expect(report?.findings.map(reportLine)[0]).toBe(
    'erreur R19 : Intitulé : champ obligatoire absent. /gmd:MD_Metadata/gmd:identificationInfo/gmd:MD_DataIdentification/gmd:citation/gmd:CI_Citation/gmd:title → Donner un intitulé (title.fr).',
  );
});

test('every record of an answer of another catalogue is one line', () => {
  const answer = `<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/"><csw:SearchResults>${identified}<csw:Record><dc:identifier>dc-1</dc:identifier></csw:Record></csw:SearchResults></csw:GetRecordsResponse>`;
  expect(importRecords(bytes(answer)).map(report => [report.identifier, report.read?.schema])).toEqual([
    ['é-1', 'iso19139'],
    ['dc-1', 'dublin-core'],
  ]);
  expect(() => importRecord(answer, 'records.0', 'free')).toThrow(/holds 2 records/);
});

test('a dataset’s record may leave its identifier to the dataset', () => {
  expect(importRecord(iso(''), 'record').record.identifier).toBeNull();
  expect(() => importRecord(iso(''), 'record', 'free')).toThrow(/no identifier/);
  expect(() => importRecord('<x/>', 'record')).toThrow(expect.objectContaining({ kind: 'invalid-value', locator: 'record' }));
});

test('unknown elements survive in the document', () => {
  const document = importRecord(
    iso('<gmd:fileIdentifier><gco:CharacterString>a</gco:CharacterString></gmd:fileIdentifier><x:y xmlns:x="urn:x" x:z="1 &lt; 2">t</x:y>'),
    'record',
  ).document;
  expect(document).toContain('x:z="1 &lt; 2"');
  expect(document).toContain('xmlns:x="urn:x"');
});

describe('a place told by a polygon', () => {
  const record = (polygon: string): string =>
    `<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:gml31="http://www.opengis.net/gml"><gmd:fileIdentifier><gco:CharacterString>p</gco:CharacterString></gmd:fileIdentifier><gmd:identificationInfo><gmd:MD_DataIdentification><gmd:extent><gmd:EX_Extent><gmd:geographicElement><gmd:EX_BoundingPolygon><gmd:polygon>${polygon}</gmd:polygon></gmd:EX_BoundingPolygon></gmd:geographicElement></gmd:EX_Extent></gmd:extent></gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>`;
  const ring = (list: string, srs = '', prefix = 'gml'): string =>
    `<${prefix}:Polygon${srs}><${prefix}:exterior><${prefix}:LinearRing><${prefix}:posList>${list}</${prefix}:posList></${prefix}:LinearRing></${prefix}:exterior></${prefix}:Polygon>`;
  const latLon = '48.8 2.2 48.8 2.3 48.9 2.3 48.8 2.2';
  const lonLat = '2.2 48.8 2.3 48.8 2.3 48.9 2.2 48.8';
  const box = { minX: 2.2, minY: 48.8, maxX: 2.3, maxY: 48.9 };

  test.each([
    ['URN: lat lon', ring(latLon, ' srsName="urn:ogc:def:crs:EPSG::4326"')],
    ['short name: lon lat', ring(lonLat, ' srsName="EPSG:4326"')],
    ['GML 3.1', ring(latLon, ' srsName="urn:ogc:def:crs:EPSG:6.9:4326"', 'gml31')],
    ['no name, lat lon', ring(latLon)],
    ['no name, lon lat', ring(lonLat)],
  ])('%s', (_name, polygon) => {
    expect(readIso(readXml(record(polygon))).polygons).toEqual([box]);
    expect(indexRow(readIso(readXml(record(polygon)))).box).toBe('{2.2,48.8,2.3,48.9}');
  });

  test('what is no polygon tells nothing, and a bounding box goes before', () => {
    expect(readIso(readXml(record('<gml:Polygon/>'))).polygons).toEqual([]);
    expect(readIso(readXml(record(ring(latLon, ' srsName="EPSG:99999"')))).polygons).toEqual([]);
    const west = { minX: 1, minY: 45, maxX: 2, maxY: 46 };
    expect(indexRow({ ...readIso(readXml(record(ring(latLon)))), boxes: [west] }).box).toBe('{1,45,2,46}');
  });
});
