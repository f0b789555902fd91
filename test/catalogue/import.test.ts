// What is taken and what is refused of documents from outside (D17), whatever their encoding; never an exception for a file.
import { importRecord, importRecords, publishable, reportLine } from '../../catalogue/import';

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
