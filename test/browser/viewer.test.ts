// The viewer in a browser: inventory, record sheet, layers, identify, account. Whatever it shows comes from /csw, /wms and /api/session.
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { describeWith, tools } from '../setup/needs';
import { eventually, logIn, visits } from './browser';
import { account } from './server';

/** Red, green and blue in the middle of the map, as they are on the screen. */
async function middle(page: Page): Promise<readonly number[]> {
  const box = await page.locator('#map').boundingBox();
  if (!box) throw new Error('no map');
  const clip = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2), width: 1, height: 1 };
  return [...PNG.sync.read(await page.screenshot({ clip })).data.subarray(0, 3)];
}

describeWith([tools.chromium], 'the viewer', () => {
  const visit = visits();

  test('lists the inventory with owners, excerpts and badges, page by page', async () => {
    const { page, errors } = await visit();
    await page.getByText('1 à 20 sur 34 fiches').waitFor();
    const items = page.locator('.record');
    expect(await items.count()).toBe(20);
    const trees = items.filter({ hasText: "Arbres d'alignement" });
    expect(await trees.locator('.organisation').innerText()).toBe('Antony');
    expect(await trees.locator('.badge').allInnerTexts()).toEqual(['Données ouvertes']);
    expect(await items.filter({ hasText: 'Adresses' }).first().locator('.badge').allInnerTexts()).toEqual(['Partenaires', 'Coproduites']);
    expect(await items.filter({ hasText: 'Éclairage public' }).locator('.badge').allInnerTexts()).toEqual(['Partenaires', 'Gelée']);
    await page.getByRole('button', { name: 'Suivantes' }).click();
    await page.getByText('21 à 34 sur 34 fiches').waitFor();
    expect(await items.count()).toBe(14);
    expect(await page.getByRole('button', { name: 'Suivantes' }).isDisabled()).toBe(true);
    // the list scrolls, the page does not
    await page.locator('.record').last().getByRole('button').focus();
    expect(await page.evaluate<number>('document.scrollingElement.scrollTop + document.getElementById("app").scrollTop')).toBe(0);
    expect(errors).toEqual([]);
  });

  test('searches as one types, by words as they are written, and finds without accents', async () => {
    const { page, server } = await visit();
    await page.getByText('sur 34 fiches').waitFor();
    const before = server.requests('').filter(one => one.path === '/csw').length;
    await page.getByLabel('Rechercher dans l’inventaire').pressSequentially('eclairage & "co" <x>', { delay: 15 });
    await page.getByText('Aucune fiche ne correspond').waitFor();
    const sent = server.asked.filter(one => one.path === '/csw' && one.method === 'POST');
    // letters that follow each other quickly are one question
    expect(sent.length - before).toBeLessThan(5);
    const body = sent.at(-1)?.body ?? '';
    expect(body).toContain('outputSchema="http://www.isotc211.org/2005/gmd"');
    expect(body).toContain('<ogc:PropertyName>AnyText</ogc:PropertyName><ogc:Literal>*eclairage*</ogc:Literal>');
    expect(body).toContain('<ogc:Literal>*&#60;x&#62;*</ogc:Literal>');
    await page.getByLabel('Rechercher dans l’inventaire').fill('ECLAIRAGE');
    await page.getByText('1 fiche', { exact: true }).waitFor();
    expect(await page.locator('.record .title').allInnerTexts()).toEqual(['Éclairage public']);
  });

  test('filters by theme, organisation and access, with numbers; what is chosen can be cleared at once', async () => {
    const { page, server } = await visit();
    await page.getByText('sur 34 fiches').waitFor();
    await page.getByText('Filtres').click();
    const body = (): string => server.asked.filter(one => one.path === '/csw' && one.method === 'POST').at(-1)?.body ?? '';
    await eventually(async () =>
      expect(await page.getByLabel('Thème').locator('option').allInnerTexts()).toEqual([
        'Tous les thèmes',
        'Environnement (3)',
        'Limites administratives (1)',
        'Transports et voirie (30)',
      ]),
    );
    expect(await page.getByLabel('Accès').locator('option').allInnerTexts()).toEqual([
      'Tous les accès',
      'Données ouvertes (32)',
      'Réservées aux partenaires (2)',
    ]);
    await page.getByLabel('Thème').selectOption('environment');
    await page.getByText('3 fiches', { exact: true }).waitFor();
    expect(body()).toContain('<ogc:PropertyName>TopicCategory</ogc:PropertyName><ogc:Literal>environment</ogc:Literal>');
    await page.getByLabel('Accès').selectOption('partners');
    await page.getByText('2 fiches', { exact: true }).waitFor();
    expect(await page.locator('.record .title').allInnerTexts()).toEqual(['Éclairage public', 'Adresses']);
    await page.getByLabel('Organisme').selectOption('Nanterre');
    await page.getByText('1 fiche', { exact: true }).waitFor();
    await page.getByText('Filtres (3)').waitFor();
    // lists follow the words that are searched
    await page.getByLabel('Rechercher dans l’inventaire').fill('voirie');
    await page.getByRole('button', { name: 'Effacer la recherche' }).waitFor();
    await eventually(async () =>
      expect(await page.getByLabel('Thème').locator('option').allInnerTexts()).toEqual([
        'Tous les thèmes',
        'Transports et voirie (30)',
        'Environnement (0)',
      ]),
    );
    await page.getByRole('button', { name: 'Effacer la recherche' }).click();
    await page.getByText('sur 34 fiches').waitFor();
    expect(body()).not.toContain('Constraint');
  });

  test('filters co-produced data by the queryable kind', async () => {
    const { page, server } = await visit();
    await page.getByText('sur 34 fiches').waitFor();
    await page.getByText('Filtres').click();
    await page.getByLabel('Origine').selectOption('coproduced');
    await page.getByText('1 fiche', { exact: true }).waitFor();
    expect(await page.locator('.record .title').allInnerTexts()).toEqual(['Adresses']);
    expect(server.asked.filter(one => one.path === '/csw').at(-1)?.body).toContain(
      '<ogc:PropertyName>kind</ogc:PropertyName><ogc:Literal>coproduced</ogc:Literal>',
    );
  });

  test('R45: offers the layers of the capabilities and no other, and draws those that are switched on in Lambert-93', async () => {
    const { page, server } = await visit();
    await page.getByText('sur 34 fiches').waitFor();
    const addresses = page.locator('.record', { hasText: 'coproduites par les partenaires' });
    expect(await addresses.getByRole('switch').count()).toBe(0);
    await page.locator('.record', { hasText: "Arbres d'alignement" }).locator('.switch').click();
    // opaque layers are one picture, bottom first: the server lays the labels over all of them
    await eventually(async () => expect(server.requests('GetMap').at(-1)?.query.get('LAYERS')).toBe('cd92:communes,antony:arbres'));
    const map = server.requests('GetMap').at(-1)?.query;
    expect(map?.get('VERSION')).toBe('1.3.0');
    expect(map?.get('CRS')).toBe('EPSG:2154');
    const box = map?.get('BBOX')?.split(',').map(Number) ?? [];
    // the whole of Hauts-de-Seine: Nanterre's town hall and Antony's
    expect(box[0]).toBeLessThan(642_000);
    expect(box[1]).toBeLessThan(6_850_500);
    expect(box[2]).toBeGreaterThan(650_000);
    expect(box[3]).toBeGreaterThan(6_866_000);
    await page.getByRole('tab', { name: /Couches/ }).click();
    // the communes are the background, and may be shown as a layer as well
    expect(await page.locator('.shown-layer .name').allInnerTexts()).toEqual(["Arbres d'alignement"]);
    expect(await page.locator('.available .name').allInnerTexts()).toEqual(['Communes', 'Éclairage public (gelée)']);
    await page.getByRole('button', { name: 'Afficher : Communes' }).click();
    expect(await page.locator('.shown-layer .name').allInnerTexts()).toEqual(['Communes', "Arbres d'alignement"]);
    await page.getByRole('button', { name: 'Descendre Communes' }).click();
    expect(await page.locator('.shown-layer .name').allInnerTexts()).toEqual(["Arbres d'alignement", 'Communes']);
    expect(await page.locator('.legend img').count()).toBe(2);
    expect(
      server
        .requests('GetLegendGraphic')
        .map(one => one.query.get('LAYER'))
        .sort(),
    ).toEqual(['antony:arbres', 'cd92:communes']);
  });

  test('R46: a layer that is refused meanwhile does not take the others along, and says so', async () => {
    const { page, server } = await visit({ path: '/?layers=antony:arbres' });
    await page.getByRole('tab', { name: /Couches 1/ }).click();
    await eventually(async () => expect(server.requests('GetMap').length).toBeGreaterThan(0));
    server.refused.add('antony:arbres');
    await page.locator('#map').focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByText('Cette couche n’a pas pu être dessinée : there is no such layer').waitFor();
    expect(await page.locator('.shown-layer', { hasText: "Arbres d'alignement" }).locator('.warning').count()).toBe(1);
    await eventually(async () => expect(server.requests('GetMap').map(one => one.query.get('LAYERS'))).toContain('cd92:communes'));
  });

  test('a layer made transparent is drawn apart, in its place', async () => {
    const { page, server } = await visit({ path: '/?layers=antony:arbres' });
    await page.getByRole('tab', { name: /Couches 1/ }).click();
    await eventually(async () => expect((await middle(page))[0]).toBeLessThan(180));
    const opaque = await middle(page);
    await page.getByLabel("Opacité de Arbres d'alignement").fill('50');
    await eventually(async () => expect(server.requests('GetMap').map(one => one.query.get('LAYERS'))).toContain('antony:arbres'));
    await eventually(async () => expect(await middle(page)).not.toEqual(opaque));
    const half = await middle(page);
    // half of the trees' green is gone: what is seen lies between it and the communes below
    for (const [place, below] of [214, 226, 222].entries())
      expect(Math.abs((half[place] ?? 0) - below)).toBeLessThan(Math.abs((opaque[place] ?? 0) - below));
  });

  test('R44: says when a layer is outside its scales, and when a map is finer than the data are meant for', async () => {
    const { page } = await visit();
    await page.getByRole('tab', { name: /Couches/ }).click();
    await page.getByRole('button', { name: /Afficher : Éclairage/ }).click();
    await page.getByText(/^Visible à partir de 1 : 5\s000\./).waitFor();
    await page.getByRole('button', { name: 'Afficher : Communes' }).click();
    expect(await page.getByText('Échelle d’usage dépassée').count()).toBe(0);
    const map = page.locator('#map');
    await map.focus();
    for (let step = 0; step < 5; step++) {
      await page.keyboard.press('+');
      await page.waitForTimeout(350);
    }
    await page.getByText('Échelle d’usage dépassée : ces données sont prévues jusqu’au 1 : 25').waitFor();
  });

  test('opens the sheet of a record with its fields escaped, its addresses and its document', async () => {
    const { page, server, errors } = await visit();
    await page.getByRole('button', { name: "Arbres d'alignement" }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByText('Échelle d’usage').waitFor();
    const text = await sheet.innerText();
    for (const part of [
      '<script>alert(1)</script>',
      'Antony (propriétaire) – sig@example.org',
      '2 mars 2026',
      'Ne pas utiliser pour une déclaration de travaux.',
      'Licence Ouverte',
      "Pas de restriction d'accès public",
      'Relevé sur orthophotographie',
      "Mutualisation de l'Information Géographique – Antony",
      'EPSG:2154',
    ])
      expect(text).toContain(part);
    expect(text).toMatch(/1 : 2\s000/);
    for (const [label, path] of [
      ['Cartes (WMS)', 'wms'],
      ['Objets (WFS)', 'wfs'],
      ['Catalogue (CSW, MetaSearch)', 'csw'],
      ['Adresse de cette fiche', 'records/rec-arbres'],
    ] as const)
      expect(await sheet.getByLabel(label, { exact: true }).inputValue()).toBe(`${server.address}/${path}`);
    const document = await sheet.getByRole('link', { name: 'Fiche en XML (ISO 19139)' }).getAttribute('href');
    expect(new URL(document ?? '').searchParams.get('id')).toBe('rec-arbres');
    await sheet.getByRole('button', { name: 'Zoomer sur l’emprise' }).click();
    await eventually(async () => expect(await sheet.count()).toBe(0));
    expect(errors).toEqual([]);
  });

  test('identifies what lies under a click, with the titles of the layers', async () => {
    const { page, server } = await visit({ path: '/?layers=antony:arbres' });
    await page.getByRole('tab', { name: /Couches 1/ }).waitFor();
    await page.locator('#map').click({ position: { x: 300, y: 300 } });
    const popup = page.getByRole('region', { name: 'À cet endroit' });
    await popup.getByText("Arbres d'alignement", { exact: true }).waitFor();
    expect(await popup.locator('tr').allInnerTexts()).toEqual([
      "nom\tObjet <b>de</b> Arbres d'alignement",
      'hauteur m\t12,5',
      'public\toui',
    ]);
    const [asked] = server.requests('GetFeatureInfo').filter(one => one.query.get('QUERY_LAYERS') === 'antony:arbres');
    expect(asked?.query.get('INFO_FORMAT')).toBe('application/json');
    expect(asked?.query.get('LAYERS')).toBe('antony:arbres');
    expect(Number(asked?.query.get('I'))).toBe(50);
    await page.keyboard.press('Escape');
    expect(await popup.count()).toBe(0);
  });

  test('a login shows more, a logout takes it away: layers, records, name', async () => {
    const { page, server, errors } = await visit();
    await page.getByText('sur 34 fiches').waitFor();
    await logIn(page, account.login, account.password);
    await page.getByText('sur 35 fiches').waitFor();
    expect(await page.locator('.who').innerText()).toContain(account.name);
    const posted = server.asked.find(one => one.path === '/api/session' && one.method === 'POST');
    expect(JSON.parse(posted?.body ?? '')).toEqual({ login: account.login, password: account.password });
    await page.locator('.record', { hasText: 'coproduites par les partenaires' }).locator('.switch').click();
    await eventually(async () => expect(await page.locator('.mention').innerText()).toContain('Partenaires de la MIG'));
    await page.getByRole('button', { name: 'Se déconnecter' }).click();
    await page.getByText('sur 34 fiches').waitFor();
    await eventually(async () => expect(await page.locator('.mention').innerText()).not.toContain('Partenaires de la MIG'));
    await page.getByRole('button', { name: 'Se connecter' }).waitFor();
    expect(errors).toEqual([]);
  });

  test('a wrong password and too many attempts are told in words', async () => {
    const { page } = await visit({ attempts: 1 });
    await logIn(page, account.login, 'faux');
    await page.getByText('Identifiant ou mot de passe incorrect.').waitFor();
    await logIn(page, account.login, 'faux');
    await page.getByText('Trop d’essais. Réessayez dans 2 min.').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('a failing service is told in words and can be asked again', async () => {
    const { page, server } = await visit();
    await page.getByText('sur 34 fiches').waitFor();
    server.fail('/csw', 500);
    await page.getByLabel('Rechercher dans l’inventaire').fill('arbres');
    const alert = page.locator('.records').getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('fault of the test');
    server.fail('/csw', null);
    await alert.getByRole('button', { name: 'Réessayer' }).click();
    await page.getByText('1 fiche', { exact: true }).waitFor();
  });
});
