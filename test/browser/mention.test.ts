// The mention « Mutualisation de l'Information Géographique » with the owners of what is shown: on the map and in the picture of it.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { describeWith, tools } from '../setup/needs';
import { eventually, logIn, visits } from './browser';
import { account } from './server';

const mention = "Mutualisation de l'Information Géographique";

interface Picture {
  readonly bytes: Buffer;
  readonly png: PNG;
  /** Texts in the file by keyword. */
  readonly texts: Readonly<Record<string, string>>;
}

async function exported(page: Page): Promise<Picture> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Exporter en PNG' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^geomig-carte-\d{4}-\d\d-\d\d\.png$/);
  const bytes = readFileSync(await file.path());
  return { bytes, png: PNG.sync.read(bytes, { checkCRC: true }), texts: textsOf(bytes) };
}

/** The iTXt chunks of a PNG (§ 11.3.4.5): keyword, then after five empty fields the text. */
function textsOf(bytes: Buffer): Record<string, string> {
  const texts: Record<string, string> = {};
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'iTXt') {
      const content = bytes.toString('utf8', at + 8, at + 8 + length);
      texts[content.slice(0, content.indexOf('\0'))] = content.slice(content.lastIndexOf('\0') + 1);
    }
    at += length + 12;
  }
  return texts;
}

/** First row of the strip below the map: the dark line that crosses the whole width. */
function stripOf(png: PNG): number {
  const dark = (row: number, column: number): boolean => (png.data[(row * png.width + column) * 4] ?? 255) < 60;
  for (let row = png.height - 1; row > 0; row--)
    if ([0.1, 0.3, 0.5, 0.7, 0.9].every(part => dark(row, Math.floor(part * png.width)))) return row;
  throw new Error('the picture has no strip');
}

/** Columns of a band of rows that hold dark ink. */
function inked(png: PNG, from: number, to: number): number[] {
  const columns: number[] = [];
  for (let column = 0; column < png.width; column++)
    for (let row = from; row < to; row++)
      if ((png.data[(row * png.width + column) * 4] ?? 255) < 110) {
        columns.push(column);
        break;
      }
  return columns;
}

describeWith([tools.chromium], 'the mention of the partnership', () => {
  const visit = visits();

  test('R50: is in sight before any layer is, and names the owners of those that are', async () => {
    const { page } = await visit({ path: '/?layers=antony:arbres' });
    const line = page.locator('.mention');
    await eventually(async () =>
      expect(await line.innerText()).toBe(`${mention} – Antony, 2026-03-02 ; Département des Hauts-de-Seine, 2026-01-15`),
    );
    await page.getByRole('tab', { name: /Couches/ }).click();
    await page.getByLabel("Visible : Arbres d'alignement").uncheck();
    await eventually(async () => expect(await line.innerText()).toBe(`${mention} – Département des Hauts-de-Seine, 2026-01-15`));
    await page.getByLabel('Aucun', { exact: true }).check();
    await eventually(async () => expect(await line.innerText()).toBe(mention));
    const box = await line.boundingBox();
    expect(box && box.y + box.height).toBeLessThanOrEqual(760);
  });

  test('R50, S44: ADR and ARB shown and exported to PNG, the mention is on screen and burned into the picture', async () => {
    const { page } = await visit();
    await page.getByText('sur 34 fiches').waitFor();
    const alone = await exported(page);
    await logIn(page, account.login, account.password);
    await page.getByText('sur 35 fiches').waitFor();
    for (const text of ['Position, essence', 'coproduites par les partenaires'])
      await page.locator('.record', { hasText: text }).locator('.switch').click();
    const line = page.locator('.mention');
    await eventually(async () => expect(await line.innerText()).toMatch(/Partenaires de la MIG, 2026-05-12 ; Antony, 2026-03-02/));
    const both = await exported(page);

    expect(both.texts['Copyright']).toBe(
      `${mention} – Partenaires de la MIG, 2026-05-12 ; Antony, 2026-03-02 ; Département des Hauts-de-Seine, 2026-01-15`,
    );
    expect(alone.texts['Copyright']).toBe(`${mention} – Département des Hauts-de-Seine, 2026-01-15`);
    expect(both.texts['Description']).toMatch(/^Échelle 1 : .*Carte éditée le /);

    const strips = [alone, both].map(({ png }) => ({ png, row: stripOf(png) }));
    const [one, two] = strips.map(({ png, row }) => inked(png, row + 8, row + 28));
    // the mention begins at the same place in both, with the same letters; the one with three owners goes on further
    expect(one?.length).toBeGreaterThan(200);
    expect(two?.slice(0, 150)).toEqual(one?.slice(0, 150));
    expect(Math.max(...(two ?? []))).toBeGreaterThan(Math.max(...(one ?? [])) + 40);
    // no ink between the line and the letters: what was found are letters
    const [first] = strips;
    expect(first && inked(first.png, first.row + 3, first.row + 8)).toEqual([]);
    // and the layers are above it: a row through the middle of the map has their colours, not the background's
    const middle = strips.map(({ png, row }) => [
      ...png.data.subarray((Math.floor(row / 2) * png.width + 400) * 4, (Math.floor(row / 2) * png.width + 400) * 4 + 3),
    ]);
    expect(middle[0]).toEqual([214, 226, 222]);
    expect(middle[1]).not.toEqual(middle[0]);
  });
});
