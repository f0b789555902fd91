// Debian's Chromium for the viewer's tests: one browser per test file, a page of its own for each test.
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { testServer, type TestServer } from './server';

const options = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

export interface Visit {
  readonly page: Page;
  /** The small server; untouched when the visit goes elsewhere. */
  readonly server: TestServer;
  /** Errors of the page and what its policy refused. */
  readonly errors: string[];
}

/** Opens the browser for the tests of a file; each gets a new visitor without cookies, at a server of its own. */
export function visits(): (
  how?: BrowserContextOptions & { readonly path?: string; readonly attempts?: number; readonly address?: string },
) => Promise<Visit> {
  // a browser beside other tests has little of the machine
  jest.setTimeout(120_000);
  let browser: Browser;
  let open: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    browser = await chromium.launch(options);
  });
  afterEach(async () => {
    for (const close of open) await close();
    open = [];
  });
  afterAll(async () => {
    await browser.close();
  });
  return async ({ path = '/', attempts, address, ...how } = {}) => {
    const server = await testServer(attempts);
    const context = await browser.newContext({ locale: 'fr-FR', viewport: { width: 1200, height: 760 }, ...how });
    open.push(async () => {
      await context.close();
      await server.close();
    });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const errors: string[] = [];
    page.on('pageerror', error => errors.push(error.message));
    page.on('console', message => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) errors.push(message.text());
    });
    await page.goto((address ?? server.address) + path);
    return { page, server, errors };
  };
}

/** Fills in and sends the form of the account. */
export async function logIn(page: Page, login: string, password: string): Promise<void> {
  const form = page.getByRole('dialog');
  if (!(await form.isVisible())) await page.getByRole('button', { name: /^(Se connecter|Log in)$/ }).click();
  await form.getByLabel(/^(Identifiant|Login)$/).fill(login);
  await form.getByLabel(/^(Mot de passe|Password)$/).fill(password);
  await form.getByRole('button', { name: /^(Se connecter|Log in)$/ }).click();
}

/** Runs a check again until it holds, for half a minute; then its own failure is thrown. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await check();
    } catch (failure) {
      if (attempt >= 300) throw failure;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
}
