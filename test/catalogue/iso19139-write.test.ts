// Our own records: complete, valid against the schemas, without persons, with the charter's texts.
import { completeRecord } from '../../catalogue/derive';
import { recordLimits } from '../../catalogue/document';
import { writeDublinCore } from '../../catalogue/dublin-core';
import { recordFromFields } from '../../catalogue/fields';
import { validate } from '../../catalogue/inspire';
import { pruneIso } from '../../catalogue/iso19139-prune';
import { mergeIso } from '../../catalogue/iso19139-merge';
import { readIso } from '../../catalogue/iso19139-read';
import { writeIso } from '../../catalogue/iso19139-write';
import type { MetadataRecord } from '../../catalogue/record';
import { emptyRecord } from '../../catalogue/record';
import { readXml } from '../../server/core/xml/read';
import { describeWith, tools } from '../setup/needs';
import { xsdAvailable, xsdErrors } from '../setup/xsd';
import { trees, written } from './fixtures';

const full = (): MetadataRecord => ({ ...completeRecord(recordFromFields(written), trees), dateStamp: '2026-06-15T08:00:00Z' });
const document = (): string => writeIso(full());

describe('a record of ours, from what was written and what the data tell', () => {
  test('R19: it has no finding of severity error', () => {
    expect(validate(full(), 'own').filter(finding => finding.severity === 'error')).toEqual([]);
  });

  test('it is read back as it was', () => {
    const again = readIso(readXml(document()));
    expect(again).toEqual({ ...full(), characterSet: 'utf8' });
  });

  test('R25: T1 to T3 are use limitations; the licence is in a block of its own and never with the limitation of access', () => {
    const record = readIso(readXml(document()));
    const limits = record.constraints.flatMap(block => block.useLimitations.map(entry => entry.text.fr));
    expect(limits).toContain('Mise à disposition à titre gratuit, sans transfert de propriété (charte MIG § 3.2.1, 3.5.1).');
    expect(limits).toContain("Mutualisation de l'Information Géographique – Ville d’Antony, 2026-03-12");
    expect(limits.some(text => text.startsWith('Le partenaire-propriétaire ne peut être tenu responsable'))).toBe(true);
    const access = record.constraints.filter(block => block.access.length > 0);
    expect(access.map(block => [block.use, block.other])).toEqual([
      [
        [],
        [
          {
            text: { fr: "Pas de restriction d'accès public selon INSPIRE", en: 'no limitations to public access' },
            uri: 'http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations',
          },
        ],
      ],
    ]);
    const use = record.constraints.filter(block => block.use.length > 0);
    expect(use.map(block => [block.access, block.use, block.other.map(entry => entry.uri)])).toEqual([
      [[], ['license', 'otherRestrictions'], ['http://spdx.org/licenses/etalab-2.0']],
    ]);
  });

  test('service links: plain protocols, the name of the layer, no key; of the maps WMS stands last, which QGIS keeps', () => {
    expect(full().online.map(link => [link.protocol, link.url, link.name])).toEqual([
      ['OGC:WMTS', 'https://geo.example.org/wmts?', 'antony:arbres'],
      ['OGC:WMS', 'https://geo.example.org/wms?', 'antony:arbres'],
      ['OGC:WFS', 'https://geo.example.org/wfs?', 'antony:arbres'],
      ['OGC API Features', 'https://geo.example.org/ogc', 'antony:arbres'],
    ]);
  });

  test('a second completion changes nothing (the record is derived again after each change of the data)', () => {
    const once = completeRecord(recordFromFields(written), trees);
    expect(completeRecord(once, trees)).toEqual(once);
  });

  test('what a person wrote wins over what the data tell', () => {
    const record = completeRecord(recordFromFields({ ...written, usageScale: 2000, bbox: [2, 48, 3, 49], crs: 'EPSG:3949' }), trees);
    expect(record.denominators).toEqual([2000]);
    expect(record.boxes).toEqual([{ minX: 2, minY: 48, maxX: 3, maxY: 49 }]);
    expect(record.referenceSystems[0]?.uri).toBe('http://www.opengis.net/def/crs/EPSG/0/3949');
  });

  test('co-produced data carry the keyword, frozen data the status historicalArchive (R08)', () => {
    const record = completeRecord(recordFromFields(written), { ...trees, kind: 'coproduced', frozen: true });
    expect(record.keywords.flatMap(block => block.keywords.map(keyword => keyword.text.fr))).toContain('Données coproduites');
    expect(record.status).toEqual(['historicalArchive']);
  });

  test('R22: excepted data carry their ground and the reason, once', () => {
    const facts = { ...trees, open: false, services: [], exception: { code: 'E1', text: 'noms des riverains' } };
    const once = completeRecord(recordFromFields(written), facts);
    const record = completeRecord(once, facts);
    expect(record).toEqual(once);
    expect(record.constraints.flatMap(block => (block.access.length > 0 ? block.other.map(entry => entry.uri) : []))).toEqual([
      'http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/INSPIRE_Directive_Article13_1f',
    ]);
    const limits = record.constraints.flatMap(block => block.useLimitations.map(entry => entry.text.fr));
    expect(limits).toContain('Données non partagées, exception E1 (charte MIG § 3.3) : noms des riverains');
    // where the charter leaves the ground to the owner, none is invented
    const chosen = completeRecord(recordFromFields(written), { ...facts, exception: { code: 'E2', text: null } });
    expect(validate(chosen, 'own').map(finding => finding.code)).toContain('limitation.missing');
  });

  test('not open and no ground given: no limitation is invented (Q17), the finding names the field', () => {
    const record = completeRecord(recordFromFields(written), { ...trees, open: false });
    expect(
      validate(record, 'own')
        .filter(f => f.severity === 'error')
        .map(f => [f.code, f.field]),
    ).toEqual([
      ['limitation.missing', 'limitation'],
      ['metadata-date.missing', 'dateStamp'],
    ]);
  });
});

describeWith([tools.schemas], 'ISO 19139 schemas', () => {
  const schema = 'entry/iso19139-20070417.xsd';

  const cases: [string, () => MetadataRecord][] = [
    ['complete, with translations', full],
    [
      'of a dataset without data, nothing written',
      () => completeRecord(recordFromFields({}), { ...trees, extent: null, srid: null, usageScale: null, formats: [], services: [] }),
    ],
    ['of which nothing is known', () => emptyRecord],
    [
      'a service',
      () => ({
        ...full(),
        scope: 'service',
        service: {
          type: 'view',
          versions: ['1.3.0'],
          couplingType: 'tight',
          operations: ['GetMap'],
          operatesOn: [{ uuidref: 'x', href: 'https://geo.example.org/csw?id=x#r-1', identifier: null }],
          coupled: [],
        },
      }),
    ],
    [
      'with periods, distances, a parent and a closed limitation',
      () => ({
        ...completeRecord(recordFromFields({ ...written, limitation: '13.1.b' }), trees),
        denominators: [],
        distances: [{ value: 0.5, unit: 'm' }],
        parentIdentifier: 'serie',
        periods: [
          { begin: '2010', end: null },
          { begin: '2010-05-01T00:00:00Z', end: '2011-01' },
        ],
        geographicCodes: ['92002'],
        thumbnails: ['https://geo.example.org/a.png'],
        frequency: 'annually',
        dateStamp: '2026-01-02',
      }),
    ],
  ];

  test.each(cases)('a record %s is valid', (_name, make) => {
    expect(xsdErrors(writeIso(make()), schema)).toEqual([]);
  });

  test('summary and brief keep anchors and translations; full is valid, in both variants', () => {
    const root = readXml(document(), recordLimits);
    expect(xsdErrors(pruneIso(root, 'full', 'public'), schema)).toEqual([]);
    const summary = pruneIso(root, 'summary', 'public');
    expect(summary).toContain('xlink:href="http://inspire.ec.europa.eu/theme/hb"');
    expect(summary).toContain('locale="#locale-eng"');
    expect(xsdErrors(summary, schema)).toEqual([]);
    const brief = pruneIso(root, 'brief', 'owner');
    expect(brief.length).toBeLessThan(summary.length);
    expect(xsdErrors(brief, schema)).toEqual([]);
    expect(readIso(readXml(brief)).title).toEqual(full().title);
  });

  test.each(['brief', 'summary', 'full'] as const)('Dublin Core %s is valid', set => {
    expect(xsdErrors(writeDublinCore(full(), set), 'entry/csw202-iso2007.xsd')).toEqual([]);
  });
});

describe('Dublin Core of an ISO record (OGC 07-006 table 6)', () => {
  test('one dc:subject per keyword and topic, references with the protocol as scheme, box in lat lon', () => {
    const xml = writeDublinCore(full(), 'full');
    expect(xml).toContain('<dc:subject>Habitats et biotopes</dc:subject>');
    expect(xml).toContain('<dc:subject>environment</dc:subject>');
    expect(xml).toContain('<dct:references scheme="OGC:WMS">https://geo.example.org/wms?</dct:references>');
    expect(xml).toContain('<ows:BoundingBox crs="urn:x-ogc:def:crs:EPSG:6.11:4326"><ows:LowerCorner>48.7297 2.2691</ows:LowerCorner>');
    expect(xml).toContain('<dc:date>2026-03-12</dc:date>');
    expect(xml).toContain('<dct:modified>2026-06-15T08:00:00Z</dct:modified>');
  });
});

describe('a document given by its owner, completed from the data', () => {
  const given = (): string =>
    document()
      .replace(/<gmd:referenceSystemInfo>.*?<\/gmd:referenceSystemInfo>/, '')
      .replace(/<gmd:transferOptions>.*?<\/gmd:transferOptions>/, '')
      .replace(
        /<gmd:abstract[^>]*>.*?<\/gmd:abstract>/s,
        '<gmd:abstract><gco:CharacterString>Écrit à la main</gco:CharacterString></gmd:abstract><gmd:purpose><gco:CharacterString>But gardé</gco:CharacterString></gmd:purpose>',
      );

  test('what was missing is there, what the pivot does not know survives, the rest is untouched', () => {
    const root = readXml(given());
    const read = readIso(root);
    expect([read.referenceSystems, read.online]).toEqual([[], []]);
    const complete = completeRecord(read, trees);
    const merged = mergeIso(root, read, complete);
    const again = readIso(readXml(merged));
    expect(again.online.map(link => link.protocol)).toEqual(['OGC:WMTS', 'OGC:WMS', 'OGC:WFS', 'OGC API Features']);
    expect(again.referenceSystems.map(system => system.uri)).toEqual(['http://www.opengis.net/def/crs/EPSG/0/2154']);
    expect(again.abstract).toEqual({ fr: 'Écrit à la main' });
    expect(merged).toContain('<gmd:purpose><gco:CharacterString>But gardé</gco:CharacterString></gmd:purpose>');
    if (xsdAvailable) expect(xsdErrors(merged, 'entry/iso19139-20070417.xsd')).toEqual([]);
  });
});
