// The tools on the map: background, order by hand, projection, measures, permalink, addresses for QGIS, the decision explained, paper.
import type { Page } from 'playwright-core';
import { describeWith, tools } from '../setup/needs';
import { eventually, logIn, visits } from './browser';
import { account, type TestServer } from './server';

const lastMap = (server: TestServer): URLSearchParams | undefined => server.requests('GetMap').at(-1)?.query;
const names = async (page: Page): Promise<string[]> => page.locator('.shown-layer .name').allInnerTexts();
const hash = async (page: Page): Promise<URLSearchParams> => new URLSearchParams((await page.evaluate<string>('location.hash')).slice(1));

describeWith([tools.chromium], 'the tools of the viewer', () => {
  const visit = visits();

  test('the background is made of the partnership’s own layers, and can be taken away', async () => {
    const { page, server } = await visit();
    await eventually(async () => expect(lastMap(server)?.get('LAYERS')).toBe('cd92:communes'));
    await page.getByRole('tab', { name: /Couches/ }).click();
    await page.getByText('Fait des couches de ce partenariat : Communes.').waitFor();
    await page.getByLabel('Aucun', { exact: true }).check();
    await eventually(async () => expect(await page.locator('.mention').innerText()).not.toContain('Département'));
    expect(await page.evaluate<string>('document.activeElement.value')).toBe('none');
    // everything that was asked for came from here
    const elsewhere = await page.evaluate<string[]>('performance.getEntriesByType("resource").map(one => new URL(one.name).origin)');
    expect(new Set(elsewhere)).toEqual(new Set([server.address]));
  });

  test('an empty partnership has an empty, clean map and says what to do', async () => {
    const { page, server, errors } = await visit({ path: '/?lang=fr' });
    server.offer.only([]);
    await page.reload();
    await page.getByRole('tab', { name: /Couches/ }).click();
    await page.getByText('Aucune couche n’est ouverte à ce compte.').waitFor();
    await page.getByText('Ce partenariat ne publie pas encore de communes ni de rues').waitFor();
    await page.getByRole('button', { name: 'Choisir dans l’inventaire' }).click();
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('search');
    expect(errors).toEqual([]);
  });

  test('layers are ordered by the handle: dragged, or by arrow keys, and what happened is said', async () => {
    const { page, server } = await visit({ path: '/?layers=antony:arbres,cd92:communes,nanterre:eclairage' });
    await page.getByRole('tab', { name: /Couches 3/ }).click();
    const trees = "Arbres d'alignement";
    expect(await names(page)).toEqual([trees, 'Communes', 'Éclairage public (gelée)']);
    const handle = page.getByRole('button', { name: `Déplacer ${trees}` });
    await handle.focus();
    await page.keyboard.press('ArrowDown');
    expect(await names(page)).toEqual(['Communes', trees, 'Éclairage public (gelée)']);
    await page.getByRole('status').getByText(`${trees} : place 2 sur 3.`).waitFor();
    // the focus went along
    expect(await page.evaluate<string>('document.activeElement.getAttribute("aria-label")')).toContain(trees);
    await eventually(async () => expect(lastMap(server)?.get('LAYERS')).toBe('antony:arbres,cd92:communes'));
    const from = await handle.boundingBox();
    const to = await page.locator('.shown-layer').last().boundingBox();
    if (!from || !to) throw new Error('no boxes');
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(from.x + from.width / 2, to.y + to.height - 8, { steps: 6 });
    await page.mouse.up();
    expect(await names(page)).toEqual(['Communes', 'Éclairage public (gelée)', trees]);
    // removing a layer leaves the focus in the list
    await page.getByRole('button', { name: 'Retirer Communes' }).click();
    expect(await page.evaluate<string>('document.activeElement.getAttribute("aria-label")')).toBe('Visible : Éclairage public (gelée)');
  });

  test('Lambert-93 and Web Mercator show the same ground, in map and question', async () => {
    const { page, server } = await visit({ path: '/?layers=antony:arbres#map=48.75000,2.30000,20000' });
    await eventually(async () => expect(lastMap(server)?.get('CRS')).toBe('EPSG:2154'));
    const place = page.locator('.place');
    await eventually(async () =>
      expect(await place.innerText()).toMatch(/^X 648\s\d{3} · Y 6\s850\s\d{3} · 48,75\d* ?° N 2,(?:30|29)\d*° E$/),
    );
    await page.getByLabel('Projection').selectOption('EPSG:3857');
    await eventually(async () => expect(lastMap(server)?.get('CRS')).toBe('EPSG:3857'));
    const [minX = 0, minY = 0, maxX = 0, maxY = 0] = lastMap(server)?.get('BBOX')?.split(',').map(Number) ?? [];
    expect((minX + maxX) / 2).toBeCloseTo(256_035, -2);
    expect((minY + maxY) / 2).toBeCloseTo(6_232_600, -3);
    // Web Mercator stretches by 1 / cos φ: the same ground is 1.517 times as many units
    const width = Number(lastMap(server)?.get('WIDTH'));
    expect((maxX - minX) / width / (20_000 * 0.00028)).toBeCloseTo(1.517, 1);
    await page.locator('#map').click({ position: { x: 300, y: 300 } });
    await page.getByRole('region', { name: 'À cet endroit' }).waitFor();
    await eventually(async () => expect(server.requests('GetFeatureInfo').at(-1)?.query.get('CRS')).toBe('EPSG:3857'));
    expect((await hash(page)).get('crs')).toBe('3857');
  });

  test('distances and areas are measured on the globe, by mouse and by keyboard', async () => {
    const { page } = await visit({ path: '/#map=48.84000,2.24000,100000' });
    await page.getByRole('button', { name: 'Mesurer' }).click();
    const box = page.getByRole('region', { name: 'Mesurer' });
    const result = box.getByRole('status');
    await box.getByText('Posez un premier point.').waitFor();
    // 100 px at 1 : 100 000 are 2.8 km
    const map = page.locator('#map');
    await map.click({ position: { x: 200, y: 300 } });
    // at once: two points are no double click
    await map.click({ position: { x: 300, y: 300 } });
    await eventually(async () => expect(await result.innerText()).toContain('Distance'));
    const length = async (): Promise<number> =>
      Number((/Distance : ([\d,]+) km/.exec(await result.innerText())?.[1] ?? '0').replace(',', '.'));
    expect(await length()).toBeGreaterThan(2.75);
    expect(await length()).toBeLessThan(2.85);
    // another projection, the same distance
    const before = await result.innerText();
    await page.getByLabel('Projection').selectOption('EPSG:3857');
    expect(await result.innerText()).toBe(before);
    await page.getByLabel('Projection').selectOption('EPSG:2154');
    await page.waitForTimeout(400);
    await map.click({ position: { x: 300, y: 400 } });
    await box.getByLabel('Surface').check();
    // half of 2.8 km × 2.8 km
    await eventually(async () => expect(await result.innerText()).toMatch(/^Surface : 3,\d\d km² – périmètre : 9,[456]\d km$/));
    await box.getByRole('button', { name: 'Recommencer' }).click();
    await map.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(400);
    await page.keyboard.press('Enter');
    await box.getByLabel('Distance').check();
    expect(await length()).toBeGreaterThan(1);
    await map.focus();
    await page.keyboard.press('Backspace');
    expect(await result.innerText()).toBe('Posez un deuxième point.');
    await page.keyboard.press('Escape');
    expect(await box.isVisible()).toBe(false);
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('map');
  });

  test('the address follows the map and opens it again: layers, order, opacity, view, projection, background, language', async () => {
    const { page, server } = await visit({ path: '/?layers=antony:arbres,cd92:communes' });
    await page.getByRole('tab', { name: /Couches 2/ }).click();
    await page.getByLabel("Opacité de Arbres d'alignement").fill('60');
    await page.getByLabel('Visible : Communes').uncheck();
    await page.getByLabel('Projection').selectOption('EPSG:3857');
    await page.getByLabel('Aucun', { exact: true }).check();
    await eventually(async () => {
      const kept = await hash(page);
      expect(kept.get('layers')).toBe('antony:arbres*60,cd92:communes!');
      expect([kept.get('crs'), kept.get('base'), kept.get('lang')]).toEqual(['3857', 'none', 'fr']);
      expect(kept.get('map')).toMatch(/^48\.8\d+,2\.2\d+,\d+$/);
    });
    await page.getByRole('button', { name: 'Partager' }).click();
    const link = await page.getByRole('dialog').getByLabel('Lien de la carte', { exact: true }).inputValue();
    expect(link.startsWith(`${server.address}/#map=`)).toBe(true);
    await page.keyboard.press('Escape');

    const other = await page.context().newPage();
    await other.goto(link.replace('lang=fr', 'lang=en'));
    await other.getByRole('tab', { name: /Layers 2/ }).click();
    expect(await names(other)).toEqual(['Street trees', 'Municipalities']);
    expect(await other.getByLabel('Opacity of Street trees').inputValue()).toBe('60');
    expect(await other.getByLabel('Visible: Municipalities').isChecked()).toBe(false);
    expect(await other.getByLabel('Projection').inputValue()).toBe('EPSG:3857');
    expect(await other.getByLabel('None', { exact: true }).isChecked()).toBe(true);
    // the other language opens the same map
    const french = await other.getByRole('link', { name: 'Français' }).getAttribute('href');
    expect(french).toMatch(/^\/\?lang=fr#map=.*layers=antony:arbres\*60,cd92:communes!/);
  });

  test('R23: what a link names and the caller may not see is not shown and not named; a login shows it', async () => {
    const { page } = await visit({ path: '/#layers=mig:adresses,antony:arbres' });
    const alert = page.getByRole('alert').filter({ hasText: 'Des couches de ce lien ne sont pas visibles ici.' });
    await alert.waitFor();
    expect(await alert.innerText()).not.toContain('dresses');
    await eventually(async () => expect((await hash(page)).get('layers')).toBe('antony:arbres'));
    await alert.getByRole('button', { name: 'Se connecter' }).click();
    await logIn(page, account.login, account.password);
    await page.getByRole('tab', { name: /Couches 2/ }).click();
    expect(await names(page)).toEqual(['Adresses', "Arbres d'alignement"]);
  });

  test('a link never carries an access key, wherever the page was opened', async () => {
    const { page, server } = await visit();
    await page.getByText('sur 34 fiches').waitFor();
    await page.evaluate(`history.replaceState(null, '', '/k/gm_secret/at/antony/')`);
    await page.getByRole('button', { name: 'Partager' }).click();
    const link = await page.getByRole('dialog').getByLabel('Lien de la carte', { exact: true }).inputValue();
    expect(link.startsWith(`${server.address}/at/antony/#`)).toBe(true);
    expect(link).not.toContain('gm_secret');
  });

  test('« Ajouter à QGIS »: addresses of the whole and of a layer, copied by a button, and the way with a key', async () => {
    const { page, server } = await visit({ path: '/?layers=antony:arbres', permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('button', { name: 'Ajouter à QGIS' }).click();
    const dialog = page.getByRole('dialog', { name: 'Ajouter à QGIS' });
    for (const [label, path] of [
      ['Cartes (WMS)', 'wms'],
      ['Objets (WFS)', 'wfs'],
      ['Cartes en tuiles (WMTS)', 'wmts'],
      ['Objets (OGC API)', 'ogc'],
      ['Catalogue (CSW, MetaSearch)', 'csw'],
      ['Adresse avec clé', 'k/VOTRE-CLÉ/wfs'],
    ] as const)
      expect(await dialog.getByRole('textbox', { name: label, exact: true }).inputValue()).toBe(`${server.address}/${path}`);
    await dialog.getByRole('button', { name: 'Copier l’adresse Objets (WFS)' }).click();
    await dialog.getByText('Copié').waitFor();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(`${server.address}/wfs`);
    await page.keyboard.press('Escape');

    await page.getByRole('tab', { name: /Couches 1/ }).click();
    await page.getByRole('button', { name: "Ajouter Arbres d'alignement à QGIS" }).click();
    const layer = page.getByRole('dialog').locator('.addresses').first();
    expect(await layer.getByLabel('Tuiles XYZ', { exact: true }).inputValue()).toBe(
      `${server.address}/tiles/antony:arbres/{z}/{x}/{y}.png`,
    );
    expect(await layer.getByLabel('Objets (OGC API)', { exact: true }).inputValue()).toBe(
      `${server.address}/ogc/collections/antony:arbres`,
    );
    await page.keyboard.press('Escape');
    // a layer for viewing only has no features to offer
    await page.getByRole('button', { name: 'Afficher : Éclairage' }).click();
    await page.getByRole('button', { name: 'Ajouter Éclairage public (gelée) à QGIS' }).click();
    await page.getByText('elle n’a ni WFS ni OGC API pour ce compte').waitFor();
    expect(await page.getByRole('dialog').locator('.addresses').first().getByLabel('Objets (WFS)', { exact: true }).count()).toBe(0);
  });

  test('the sheet says why one may use the data, or not, and what to do', async () => {
    const { page, server } = await visit();
    await page.getByRole('button', { name: "Arbres d'alignement" }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('button', { name: /^Pourquoi est-ce que je vois/ }).click();
    const told = sheet.locator('.explained');
    await told.getByText('Donnée partagée avec tous les partenaires.').waitFor();
    const text = await told.innerText();
    expect(text).toMatch(/voir la carte, interroger la carte, lire les objets, télécharger : oui/i);
    for (const part of ['règle R30, charte 1.6', 'Limité au territoire : Antony.', 'Dessinée à partir de 1 : 5'])
      expect(text).toContain(part);
    expect(server.asked.find(one => one.path === '/api/explain' && one.query.has('record'))?.query.get('record')).toBe('rec-arbres');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Adresses' }).click();
    await sheet.getByRole('button', { name: /^Pourquoi est-ce que je vois/ }).click();
    await told.getByText('Connectez-vous avec un compte de partenaire.').waitFor();
    expect(await told.innerText()).toMatch(/: non/);
  });

  test('paper gets title, picture and legends, the page stays as it was', async () => {
    const { page } = await visit({ path: '/?layers=antony:arbres' });
    await page.getByRole('tab', { name: /Couches 1/ }).waitFor();
    await page.evaluate(`window.print = () => {
      const sheet = document.querySelector('.print-sheet');
      window.printed = { title: sheet.querySelector('h1').textContent, legends: [...sheet.querySelectorAll('h2')].map(one => one.textContent), width: sheet.querySelector('img').naturalWidth };
    }`);
    await page.getByRole('button', { name: 'Imprimer' }).click();
    await eventually(async () => expect(await page.evaluate('window.printed')).toBeTruthy());
    expect(await page.evaluate('window.printed')).toEqual({
      title: 'Géodonnées de la MIG',
      legends: ["Arbres d'alignement", 'Communes'],
      width: expect.any(Number),
    });
    await eventually(async () => expect(await page.locator('.print-sheet').innerHTML()).toBe(''));
    // printed from the browser's own menu: the map and its mention, nothing else
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.mention').isVisible()).toBe(true);
    for (const other of ['.panel', '.top', '.map-tools']) expect(await page.locator(other).isVisible()).toBe(false);
  });
});
