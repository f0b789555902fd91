// Every record of the corpus, read in place: real, dirty, broken on purpose. Reading never throws on what is well-formed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { readIso, isIso } from '../../catalogue/iso19139-read';
import { recordLimits } from '../../catalogue/document';
import { writeIso } from '../../catalogue/iso19139-write';
import { validate } from '../../catalogue/inspire';
import { decodeXml } from '../../catalogue/import';
import { readXml } from '../../server/core/xml/read';
import { besideProject, describeWith, tools } from '../setup/needs';

const folder = besideProject('data', 'records');

interface Row {
  readonly file: string;
  readonly kind: string;
  readonly class: string;
  readonly lang: string;
  readonly country: string;
  readonly fileIdentifier: string;
  readonly title: string;
}

describeWith([tools.records], 'the corpus of 226 records (data/records)', () => {
  const rows = parse(readFileSync(join(folder, 'index.csv')), { columns: true }) as Row[];
  const iso = rows.filter(row => row.kind.startsWith('iso19139'));
  const read = (row: Row) => readXml(decodeXml(readFileSync(join(folder, row.file))), recordLimits);

  test('the index names 226 records', () => {
    expect(rows.length).toBe(226);
  });

  test.each(iso.map(row => [row.file, row] as const))('%s is read, judged and written', (_file, row) => {
    const root = read(row);
    expect(isIso(root)).toBe(true);
    const record = readIso(root);
    if (row.fileIdentifier !== '' && !row.fileIdentifier.includes('&'))
      expect(record.identifier).toBe(row.fileIdentifier.replace(/\s+/g, ' '));
    expect(() => validate(record, 'free')).not.toThrow();
    const again = readIso(readXml(writeIso(record), recordLimits));
    expect(again.identifier).toBe(record.identifier);
    expect(again.title?.fr ?? null).toBe(record.title?.fr ?? null);
    expect(again.boxes.length).toBe(record.boxes.length);
  });

  test('the French ones have an identifier and a title in the pivot', () => {
    const french = iso.filter(row => /^fr/.test(row.lang) && row.class === 'real');
    expect(french.length).toBeGreaterThan(30);
    for (const row of french) {
      const record = readIso(read(row));
      expect([row.file, record.identifier !== null || row.fileIdentifier === '', record.title !== null || row.title === '']).toEqual([
        row.file,
        true,
        true,
      ]);
      expect(record.language).toBe('fre');
    }
  });
});
