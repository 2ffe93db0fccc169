import { folderOf, hashFolder, hashZip, smallModel } from '../support/files';
import { freePort, Registry } from '../support/registry';
import { hostStaticSite } from '../support/static-host';
import { expect, signIn, test as base } from '../support/test';
import { UploadPage } from '../support/upload-page';

/** The same registry, but its pages come from a host that only serves files. */
const test = base.extend({
  registry: async ({}, use) => {
    const port = await freePort();
    const registry = await Registry.create({ PUBLIC_URL: `http://127.0.0.1:${port}` });
    await registry.start();
    const host = await hostStaticSite(port, registry.address);
    await use(registry);
    host.closeAllConnections();
    host.close();
    await registry.dispose();
  },
  baseURL: async ({ registry }, use) => use(registry.publicUrl),
});

test('the pages work from a static host', async ({ page, registry }) => {
  await signIn(page, registry.admin);

  const folder = await folderOf('tiny', smallModel());
  const upload = new UploadPage(page);
  await upload.upload(folder, { name: 'tiny', version: '1.0.0' });
  await upload.arrived('/ada/tiny');

  await page.goto('/?q=tiny');
  await page.getByRole('main').getByRole('link', { name: /ada\s*\/\s*tiny/ }).click();
  await expect(page.getByRole('heading', { name: 'Usage' })).toBeVisible();

  const [archive] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download all as zip' }).click()]);
  expect(await hashZip(await archive.path())).toEqual(await hashFolder(folder));

  await page.goto('/ada/tiny/scores');
  await expect(page.getByRole('main')).toContainText('Apache-2.0', { timeout: 20_000 });
});

test('the shell says what it needs where scripts do not run', async ({ browser, registry }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(registry.publicUrl);
  // matchers of text pass over noscript
  expect(await page.content()).toContain('needs JavaScript');
  await context.close();
});
