// The viewer for everyone: on a telephone, by keyboard, with contrast, without motion; and what it says when something is wrong.
import type { Page } from 'playwright-core';
import { describeWith, tools } from '../setup/needs';
import { eventually, logIn, visits } from './browser';
import { account } from './server';

const telephone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true } as const;
const part = (page: Page, name: RegExp) => page.getByRole('navigation', { name: 'Parties de la page' }).getByRole('button', { name });

/** Texts on the page whose contrast with their ground is below 4.5 : 1 (3 : 1 for large ones), WCAG 2.1 § 1.4.3. */
const faintTexts = `(() => {
  const parse = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return { r, g, b, a }; };
  const over = (top, under) => { const mix = key => top[key] * top.a + under[key] * (1 - top.a); return { r: mix('r'), g: mix('g'), b: mix('b'), a: 1 }; };
  const light = ({ r, g, b }) => { const [x, y, z] = [r, g, b].map(value => { const part = value / 255; return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; }); return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
  const ground = element => { const chain = []; for (let at = element; at; at = at.parentElement) chain.push(parse(getComputedStyle(at).backgroundColor)); return chain.reverse().reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 }); };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.textContent.trim() === '' || ['STYLE', 'SCRIPT', 'OPTION', 'NOSCRIPT'].includes(element.tagName) || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (element.closest('[aria-disabled=true], :disabled, .visually-hidden, .skip')) continue;
    const style = getComputedStyle(element);
    let opacity = 1; for (let at = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    const back = ground(element); const colour = parse(style.color); const fore = over({ ...colour, a: colour.a * opacity }, back);
    const [a, b] = [light(fore), light(back)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize); const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) found.push(node.textContent.trim().slice(0, 40) + ' ' + ratio.toFixed(2));
  }
  return found;
})()`;

/** Controls that a finger has to hit, smaller than 44 × 44 px (WCAG 2.5.5; inline links and what lies inside a larger label apart). */
const smallTargets = `[...document.querySelectorAll('button, select, summary, input, a[href], label.switch, label.choice')]
  .filter(one => one.checkVisibility({ opacityProperty: true }) && !one.closest('.visually-hidden, .skip, dl, .attribution') && !(one.matches('input') && one.closest('label')) && !one.matches('.skip'))
  .filter(one => { const { width, height } = one.getBoundingClientRect(); return width > 0 && (height < 43.5 || (width < 43.5 && !one.matches('.title'))); })
  .map(one => (one.getAttribute('aria-label') || one.textContent.trim() || one.id || one.outerHTML).slice(0, 60) + ' ' + Math.round(one.getBoundingClientRect().width) + '×' + Math.round(one.getBoundingClientRect().height))`;

describeWith([tools.chromium], 'the viewer for everyone', () => {
  const visit = visits();

  test('on a telephone the parts stand at the bottom, nothing is wider than the screen, everything is large enough for a finger', async () => {
    const { page, errors } = await visit({ ...telephone, path: '/?layers=antony:arbres' });
    await eventually(async () => expect(await page.locator('.mention').innerText()).toContain('Antony'));
    const fits = async (): Promise<void> => {
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
      expect(await page.evaluate<string[]>(smallTargets)).toEqual([]);
    };
    expect(await page.locator('.panel').isVisible()).toBe(false);
    // R50: the mention is in sight
    const mention = await page.locator('.mention').boundingBox();
    expect(mention && mention.y + mention.height).toBeLessThanOrEqual(740);
    await fits();
    await part(page, /^Inventaire/).tap();
    await page.getByText('sur 34 fiches').waitFor();
    expect(await part(page, /^Inventaire/).getAttribute('aria-current')).toBe('true');
    await page.getByText('Filtres').tap();
    await fits();
    await page.getByRole('button', { name: "Arbres d'alignement" }).tap();
    await page.getByRole('dialog').getByText('Échelle d’usage').waitFor();
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    expect((await page.getByRole('dialog').boundingBox())?.width).toBeLessThanOrEqual(360);
    await page.getByRole('dialog').getByRole('button', { name: 'Fermer' }).tap();
    await part(page, /^Couches/).tap();
    await page.getByLabel("Opacité de Arbres d'alignement").waitFor();
    await fits();
    await part(page, /^Carte/).tap();
    expect(await page.locator('.panel').isVisible()).toBe(false);
    await page.locator('#map').tap({ position: { x: 150, y: 200 } });
    const popup = page.getByRole('region', { name: 'À cet endroit' });
    await popup.getByText("Arbres d'alignement", { exact: true }).waitFor();
    const box = await popup.boundingBox();
    expect(box && box.x + box.width).toBeLessThanOrEqual(360);
    expect(errors).toEqual([]);
  });

  test('a layer is moved by finger', async () => {
    const { page } = await visit({ ...telephone, path: '/?layers=antony:arbres,cd92:communes' });
    await part(page, /^Couches 2/).tap();
    const handle = page.getByRole('button', { name: "Déplacer Arbres d'alignement" });
    await handle.waitFor();
    const box = await handle.boundingBox();
    const last = await page.locator('.shown-layer').last().boundingBox();
    if (!box || !last) throw new Error('no boxes');
    const touch = await page.context().newCDPSession(page);
    const at = (y: number): { x: number; y: number }[] => [{ x: box.x + box.width / 2, y }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(box.y + 20) });
    for (const share of [0.4, 0.7, 1])
      await touch.send('Input.dispatchTouchEvent', {
        type: 'touchMove',
        touchPoints: at(box.y + share * (last.y + last.height - box.y - 10)),
      });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await eventually(async () =>
      expect(await page.locator('.shown-layer .name').allInnerTexts()).toEqual(['Communes', "Arbres d'alignement"]),
    );
  });

  test('texts reach the contrast of WCAG AA in every state', async () => {
    const { page, server } = await visit({ path: '/?layers=antony:arbres,nanterre:eclairage' });
    const clear = async (state: string): Promise<void> => expect([state, await page.evaluate<string[]>(faintTexts)]).toEqual([state, []]);
    await page.getByText('sur 34 fiches').waitFor();
    server.tell([{ fr: 'Démonstration : territoire, données et personnes inventés.' }]);
    await page.reload();
    await page.getByText('Démonstration : territoire').waitFor();
    await page.getByText('sur 34 fiches').waitFor();
    await page.getByText('Filtres').click();
    await page.getByLabel('Accès').selectOption('open');
    await page.getByText('sur 32 fiches').waitFor();
    await clear('inventory');
    await page.getByRole('tab', { name: /Couches 2/ }).click();
    await page.getByText(/^Visible à partir de/).waitFor();
    await clear('layers');
    await page.getByRole('button', { name: 'Mesurer' }).click();
    await clear('measure');
    await page.getByRole('button', { name: 'Mesurer' }).click();
    await page.getByRole('button', { name: 'Ajouter à QGIS' }).click();
    await clear('QGIS');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: "Fiche de Arbres d'alignement" }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Pourquoi/ })
      .click();
    await page.getByText('Donnée partagée').waitFor();
    await clear('sheet');
    await page.keyboard.press('Escape');
    await page.getByRole('banner').getByRole('button', { name: 'Se connecter' }).click();
    await clear('login');
    await logIn(page, account.login, 'faux');
    await page.getByText('Identifiant ou mot de passe incorrect.').waitFor();
    await clear('wrong password');
    await logIn(page, account.login, account.password);
    await page.getByRole('button', { name: 'Se déconnecter' }).waitFor();
    await clear('logged in');
  });

  test('arrow keys go from the search through the titles and back; Escape closes what is open', async () => {
    const { page } = await visit();
    await page.getByText('sur 34 fiches').waitFor();
    const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.textContent || document.activeElement.id');
    await page.getByLabel('Rechercher dans l’inventaire').focus();
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('Communes');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe("Arbres d'alignement");
    await page.keyboard.press('End');
    expect(await focused()).toBe('Voirie, secteur 16');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowUp');
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('search');
    for (const name of ['Partager', 'Ajouter à QGIS']) {
      await page.getByRole('button', { name, exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      expect(await page.getByRole('dialog').count()).toBe(0);
      // the focus is back where it was
      expect(await page.evaluate<string>('document.activeElement.getAttribute("aria-label")')).toBe(name);
    }
  });

  test('Tab reaches every control in the order in which it is read, and each shows its focus', async () => {
    const { page } = await visit({ path: '/?layers=antony:arbres' });
    await page.getByRole('tab', { name: /Couches 1/ }).click();
    await page.getByLabel("Opacité de Arbres d'alignement").waitFor();
    const seen: string[] = [];
    await page.locator('.skip').focus();
    for (let step = 0; step < 60; step++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate<{ name: string; outline: string } | null>(`(() => {
        const one = document.activeElement;
        if (one === document.body) return null;
        const shown = one.matches('.switch input, .choice input') ? one.nextElementSibling : one;
        return { name: one.getAttribute('aria-label') || one.id || one.textContent.trim(), outline: getComputedStyle(shown).outlineStyle };
      })()`);
      if (at === null) break;
      expect(at).toEqual({ name: at.name, outline: 'solid' });
      seen.push(at.name);
    }
    const order = [
      'English',
      'Se connecter',
      'tab-layers',
      "Déplacer Arbres d'alignement",
      "Visible : Arbres d'alignement",
      "Opacité de Arbres d'alignement",
      'Carte des Hauts-de-Seine',
      'Mesurer',
      'Imprimer',
      'crs',
    ];
    const places = order.map(name => seen.findIndex(one => one.startsWith(name)));
    expect(order.filter((_, place) => places[place] === -1)).toEqual([]);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('nothing moves for those who want less motion', async () => {
    const { page } = await visit({ reducedMotion: 'reduce' });
    await page.getByText('sur 34 fiches').waitFor();
    expect(await page.evaluate<string>("getComputedStyle(document.querySelector('.track')).transitionDuration")).toBe('0s');
  });

  test('a server that does not answer is told with what to do, and everything is there once it answers', async () => {
    const { page } = await visit();
    await page.getByText('sur 34 fiches').waitFor();
    await page.route(/\/(?:wms|csw|api)/, route => route.abort());
    await page.reload();
    const alert = page.locator('.alert');
    await alert.getByText('Le serveur ne répond pas. Vérifiez la connexion à Internet ou au réseau, puis réessayez.').waitFor();
    await page.getByRole('tab', { name: /Couches/ }).click();
    await page.getByText('Les couches n’ont pas pu être chargées.').waitFor();
    await page.unroute(/\/(?:wms|csw|api)/);
    await alert.getByRole('button', { name: 'Réessayer' }).click();
    await page.getByText('Fait des couches de ce partenariat : Communes.').waitFor();
    expect(await alert.isVisible()).toBe(false);
  });

  test('a session that has ended is told, with the way back in', async () => {
    const { page, server } = await visit();
    await page.getByText('sur 34 fiches').waitFor();
    await logIn(page, account.login, account.password);
    await page.getByText('sur 35 fiches').waitFor();
    await page.getByRole('tab', { name: /Couches/ }).click();
    await page.getByRole('button', { name: 'Afficher : Adresses' }).click();
    await eventually(async () => expect(await page.locator('.mention').innerText()).toContain('Partenaires de la MIG'));
    server.endSession();
    await page.locator('#map').focus();
    await page.keyboard.press('ArrowLeft');
    const alert = page.locator('.alert');
    await alert.getByText('Votre session a pris fin. Seules les données ouvertes restent affichées.').waitFor();
    expect(await page.locator('.mention').innerText()).not.toContain('Partenaires de la MIG');
    await alert.getByRole('button', { name: 'Se reconnecter' }).click();
    await page.getByRole('dialog').getByLabel('Identifiant').waitFor();
  });

  test('a record that is none, or is hidden, says one and the same, and that a login may help (R23)', async () => {
    const { page } = await visit({ path: '/?record=rec-reserve' });
    const sheet = page.getByRole('dialog');
    await sheet.getByText('Cette fiche n’existe pas ou n’est pas visible avec ce compte.').waitFor();
    await sheet.getByRole('button', { name: 'Se connecter pour en voir plus' }).click();
    await page.getByRole('dialog').getByLabel('Identifiant').waitFor();
  });

  test('banners of the demonstration and of a rehearsal are in sight', async () => {
    const { page, server } = await visit();
    server.tell([
      { fr: 'Démonstration : territoire, données et personnes inventés.', en: 'Demonstration' },
      { fr: 'Répétition : les règles voient le 02/01/2027.', en: 'Rehearsal' },
    ]);
    await page.reload();
    await eventually(async () =>
      expect(await page.locator('.banner').allInnerTexts()).toEqual([
        'Démonstration : territoire, données et personnes inventés.',
        'Répétition : les règles voient le 02/01/2027.',
      ]),
    );
  });
});
