import { test as base, expect, type Page } from '@playwright/test';
import { folderOf, smallModel } from './files';
import { type Account, Registry } from './registry';

interface Fixtures {
  /** A registry of the test's own, empty but for its administrator. */
  registry: Registry;
  /** Names what the browser may complain about in this test; anything else on its console fails the test. */
  tolerate: (...complaints: RegExp[]) => void;
}

interface WorkerFixtures {
  /** A registry that several tests read from: it holds `ada/tiny` in two scored versions, the first of which is in production, and
   *  `ada/gone`, which was deleted. Tests must not change it. */
  library: Registry;
}

const withRegistries = base.extend<Fixtures, WorkerFixtures>({
  registry: async ({}, use, testInfo) => {
    const registry = await Registry.create();
    await registry.start();
    await use(registry);
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('server.log', { body: await registry.log(), contentType: 'text/plain' });
    }
    await registry.dispose();
  },

  library: [
    async ({}, use) => {
      const library = await Registry.create();
      const folder = await folderOf('tiny', smallModel());
      await library.cli('import', folder, '--name', 'ada/tiny', '--version', '1.0.0');
      const next = await folderOf('tiny', { ...smallModel(2000), 'NEWS.md': '# News\n\nTwice as large.\n' });
      await library.cli('import', next, '--name', 'ada/tiny', '--version', '1.1.0');
      await library.cli('alias', 'ada/tiny', 'production', '1.0.0', '--reason', 'The first one.');
      await library.cli('import', folder, '--name', 'ada/gone');
      await library.cli('delete', 'ada/gone', '--confirm', 'ada/gone');
      await library.start();
      await use(library);
      await library.dispose();
    },
    { scope: 'worker' },
  ],

  tolerate: [
    async ({ context }, use) => {
      const tolerated: RegExp[] = [];
      const complaints: string[] = [];
      context.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(`${message.text()} (${message.location().url})`);
      });
      context.on('weberror', (failure) => complaints.push(String(failure.error())));
      await use((...more) => tolerated.push(...more));
      expect(complaints.filter((complaint) => !tolerated.some((pattern) => pattern.test(complaint)))).toEqual([]);
    },
    { auto: true },
  ],
});

/** A test on an empty registry of its own. */
export const test = withRegistries.extend({
  baseURL: async ({ registry }, use) => use(registry.address),
});

/** A test that only reads, on a registry with content that it shares with others. */
export const readingTest = withRegistries.extend({
  baseURL: async ({ library }, use) => use(library.address),
});

/** Opens a page and waits until its code runs too: until then buttons do what plain HTML does. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address, { waitUntil: 'networkidle' });
}

/** Signs in through the form. */
export async function signIn(page: Page, account: Account): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('User name').fill(account.name);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(page).not.toHaveURL(/sign-in/);
}

/** A page of somebody else, who has nothing in common with the one of the test: another browser. */
export async function elsewhere(page: Page, account?: Account): Promise<Page> {
  const browser = page.context().browser();
  if (!browser) throw new Error('no browser');
  const context = await browser.newContext({ baseURL: new URL(page.url()).origin });
  const other = await context.newPage();
  if (account) await signIn(other, account);
  return other;
}

export { expect };
