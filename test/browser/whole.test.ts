// The viewer on the whole server with the charter's test world: what one sees follows who one is, by our own services alone.
import { readFileSync } from 'node:fs';
import { describeWith, tools } from '../setup/needs';
import { testServer, type TestServer } from '../setup/server';
import { accounts } from '../world/world';
import { eventually, logIn, visits } from './browser';

describeWith([tools.chromium], 'the viewer on the whole server', () => {
  const visit = visits();
  let whole: TestServer;
  beforeAll(async () => {
    whole = await testServer();
  }, 180_000);
  afterAll(async () => {
    await whole.close();
  });

  const titles = 'Array.from(document.querySelectorAll(".available .name, .shown-layer .name"), one => one.textContent).sort()';

  test('R45: layers follow the caller, at once: anonymous, Nanterre, anonymous again', async () => {
    const { page, errors } = await visit({ address: whole.address });
    const layers = async (): Promise<string[]> => page.evaluate<string[]>(titles);
    await eventually(async () => expect(await layers()).toEqual(['Arbres d’alignement d’Antony']));
    await logIn(page, accounts.nanterre.login, accounts.nanterre.password);
    await page
      .getByText(/^Bonjour /)
      .first()
      .waitFor();
    const partner = await layers();
    for (const title of ['Arbres d’alignement d’Antony', 'Référentiel adresse', 'Éclairage public de Nanterre'])
      expect(partner).toContain(title);
    expect(partner).not.toContain('Points d’eau incendie');
    await page.getByRole('button', { name: 'Se déconnecter' }).click();
    await eventually(async () => expect(await layers()).toEqual(['Arbres d’alignement d’Antony']));
    expect(errors).toEqual([]);
  });

  test('the inventory is searched without accents or capitals, by fragments and by stems', async () => {
    const { page } = await visit({ address: whole.address });
    await page.getByText(/^\d+ fiches?$/).waitFor();
    const search = page.getByLabel('Rechercher dans l’inventaire');
    const found = async (): Promise<string[]> => page.locator('.record .title').allInnerTexts();
    for (const [text, title] of [
      ['ECLAIRAGE', 'Éclairage public de Nanterre'],
      ['arbre align', 'Arbres d’alignement d’Antony'],
      ['référentiels adresses', 'Référentiel adresse'],
    ] as const) {
      await search.fill(text);
      await eventually(async () => expect(await found()).toEqual([title]));
    }
    await search.fill('');
    await page.getByText('Filtres').click();
    await page.getByLabel('Origine').selectOption('coproduced');
    await eventually(async () => expect(await found()).toEqual(['Référentiel adresse']));
  });

  test('S44: ADR and ARB shown and exported with the mention; sheet, zoom and question on ARB', async () => {
    const { page, errors } = await visit({ address: whole.address });
    await logIn(page, accounts.antony.login, accounts.antony.password);
    await page
      .getByText(/^Bonjour /)
      .first()
      .waitFor();
    for (const title of ['Référentiel adresse', 'Arbres d’alignement d’Antony'])
      await page.locator('.record', { hasText: title }).locator('.switch').click();
    const line = page.locator('.mention');
    await eventually(async () =>
      expect(await line.innerText()).toMatch(/^Mutualisation de l'Information Géographique – .*Antony.*Partenaires de la MIG/),
    );
    const told = await line.innerText();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Exporter en PNG' }).click();
    const bytes = readFileSync(await (await download).path());
    expect(bytes.includes(`Copyright\0\0\0\0\0${told}`)).toBe(true);

    await page.locator('.record', { hasText: 'Arbres' }).getByRole('button', { name: 'Arbres d’alignement d’Antony' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByText('Échelle d’usage').waitFor();
    expect(await sheet.innerText()).toContain('Licence Ouverte');
    await page.keyboard.press('Escape');

    await page.getByRole('tab', { name: /Couches/ }).click();
    await page.getByRole('button', { name: 'Zoomer sur Arbres d’alignement d’Antony' }).click();
    const answer = page.waitForResponse(response => /REQUEST=GetFeatureInfo&.*LAYERS=antony%3Aarbres/.test(response.url()));
    await page.locator('#map').click({ position: { x: 380, y: 330 } });
    const info = await answer;
    expect(info.headers()['content-type']).toBe('application/json');
    expect(await info.json()).toMatchObject({ type: 'FeatureCollection' });
    await page.getByRole('region', { name: 'À cet endroit' }).locator('h3, .note:not(.busy)').first().waitFor();
    expect(errors).toEqual([]);
  });

  test('R11, S46: after the charter has ended, Antony still reads, under a banner that says so', async () => {
    const { instant } = whole.clock;
    whole.clock.instant = '2027-01-01T10:00:00.000Z';
    try {
      const { page } = await visit({ address: whole.address });
      await logIn(page, accounts.antony.login, accounts.antony.password);
      await page.locator('.banner').first().waitFor();
      expect(await page.locator('.banners').innerText()).toMatch(/charte/i);
      await eventually(async () => expect(await page.evaluate<string[]>(titles)).toContain('Référentiel adresse'));
    } finally {
      whole.clock.instant = instant;
    }
  });
});
