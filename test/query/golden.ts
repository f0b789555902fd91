// Golden texts: compared as they are, rewritten with GEOMIG_BLESS=1 so that the difference is read as code.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export function expectGolden(file: string, text: string): void {
  if (process.env['GEOMIG_BLESS'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(existsSync(file) ? readFileSync(file, 'utf8') : '(there is no such file: run with GEOMIG_BLESS=1)').toBe(text);
}
