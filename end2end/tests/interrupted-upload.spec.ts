import type { Page } from '@playwright/test';
import { hashFolder, hashZip, realModel } from '../support/files';
import { expect, signIn, test } from '../support/test';
import { UploadPage } from '../support/upload-page';

/** Lets some parts of an upload through and holds the others back; remembers what arrived. */
class Gate {
  readonly arrived: string[] = [];
  private open = () => {};
  private readonly opened = new Promise<void>((open) => (this.open = open));

  private constructor(private room: number) {}

  static async install(page: Page, room: number): Promise<Gate> {
    const gate = new Gate(room);
    await page.route('**/*', async (route) => {
      if (route.request().method() === 'PUT' && gate.room-- <= 0) await gate.opened;
      await route.continue().catch(() => {});
    });
    page.on('response', (answer) => {
      if (answer.request().method() === 'PUT' && answer.ok()) gate.arrived.push(new URL(answer.url()).pathname);
    });
    return gate;
  }

  lift(): void {
    this.room = Infinity;
    this.open();
  }
}

for (const [what, reload] of [
  ['goes on by itself when the server is back', false],
  ['goes on after a reload, when the same folder is chosen again', true],
] as const) {
  test(`an upload whose server is killed half-way ${what}`, async ({ page, registry, tolerate }) => {
    tolerate(/net::ERR_/, /Failed to load resource/);
    const folder = await realModel();
    const details = { name: 'minilm', version: '1.0.0', message: 'The first one' };
    await signIn(page, registry.admin);
    const gate = await Gate.install(page, 8);
    const upload = new UploadPage(page);
    await upload.upload(folder, details);
    await expect.poll(() => gate.arrived.length, { timeout: 30_000 }).toBe(8);

    await registry.end('SIGKILL');
    gate.lift();
    await expect(page.getByText(/waiting for the connection/i)).toBeVisible();
    await registry.start();
    if (reload) {
      page.once('dialog', (dialog) => void dialog.accept());
      await upload.open();
      await expect(page.getByRole('main')).toContainText('ada/minilm');
      await upload.chooseFolder(folder);
      await upload.fill(details);
      await upload.send();
    }
    await upload.arrived('/ada/minilm');

    expect(new Set(gate.arrived).size, 'nothing that had arrived was sent again').toBe(gate.arrived.length);
    await page.goto('/ada/minilm');
    const [archive] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download all as zip' }).click()]);
    expect(await hashZip(await archive.path())).toEqual(await hashFolder(folder));
  });
}

test('a package is not visible before its upload is complete', async ({ page, context, registry, tolerate }) => {
  tolerate(/404/);
  const folder = await realModel();
  await signIn(page, registry.admin);
  const gate = await Gate.install(page, 3);
  const upload = new UploadPage(page);
  await upload.upload(folder, { name: 'minilm', version: '1.0.0' });
  await expect.poll(() => gate.arrived.length, { timeout: 30_000 }).toBe(3);

  const reader = await context.newPage();
  expect((await reader.goto(`${registry.address}/ada/minilm`))?.status()).toBe(404);
  gate.lift();
  await upload.arrived('/ada/minilm');
  expect((await reader.goto(`${registry.address}/ada/minilm`))?.status()).toBe(200);
});
