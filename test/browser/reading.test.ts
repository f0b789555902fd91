// The viewer for everyone: in English, on a narrow screen, by keyboard alone.
import { describeWith, tools } from '../setup/needs';
import { eventually, visits } from './browser';

describeWith([tools.chromium], 'reading the viewer', () => {
  const visit = visits();

  test.each([
    ['French unless told otherwise', 'fr-FR', '/', 'fr', 'Inventaire', 'Communes'],
    ['English by the address', 'fr-FR', '/?lang=en', 'en', 'Inventory', 'Municipalities'],
    ['English for a browser that prefers it', 'en-GB', '/', 'en', 'Inventory', 'Municipalities'],
    ['French by the address', 'en-GB', '/?lang=fr', 'fr', 'Inventaire', 'Communes'],
    ['French for any other language', 'de-DE', '/', 'fr', 'Inventaire', 'Communes'],
  ])('%s', async (_, locale, path, language, tab, title) => {
    const { page, server } = await visit({ locale, path });
    await page.locator('.record').first().waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    await page.getByRole('tab', { name: tab }).waitFor();
    expect(await page.locator('.record .title').first().innerText()).toBe(title);
    expect(server.requests('GetCapabilities')[0]?.query.get('LANGUAGE')).toBe(language === 'en' ? 'eng' : 'fre');
    // the mention is never translated
    expect(await page.locator('.mention').innerText()).toContain("Mutualisation de l'Information Géographique");
  });

  test('by keyboard: skip to the map, move it, identify at its centre, close, show a layer, open and close a sheet', async () => {
    const { page, server } = await visit();
    await page.getByText('sur 34 fiches').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.className')).toBe('skip');
    await page.keyboard.press('Enter');
    await eventually(async () => expect(await page.evaluate<string>('document.activeElement.id')).toBe('map'));
    const outline = await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
    const drawn = server.requests('GetMap').length;
    await page.keyboard.press('ArrowRight');
    await eventually(async () => expect(server.requests('GetMap').length).toBeGreaterThan(drawn));
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'À cet endroit' }).getByText('Aucun objet à cet endroit.').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('map');

    await page.getByRole('switch', { name: /Arbres/ }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('tab', { name: /Couches 1/ }).waitFor();
    await page.getByRole('tab', { name: /Inventaire/ }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('tab', { name: /Couches/ }).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowLeft');
    const title = page.getByRole('button', { name: "Arbres d'alignement", exact: true });
    await title.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Échelle d’usage').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe("Arbres d'alignement");
  });

  test('every control has a name, every field a label', async () => {
    const { page } = await visit({ path: '/?layers=antony:arbres' });
    await page.getByRole('tab', { name: /Couches 1/ }).waitFor();
    const nameless = await page.evaluate<string[]>(`[...document.querySelectorAll('button, a, input, select, img')]
      .filter(element => !(element.getAttribute('aria-label') || element.textContent.trim() || element.labels?.length || element.hasAttribute('alt')))
      .map(element => element.outerHTML)`);
    expect(nameless).toEqual([]);
  });
});
