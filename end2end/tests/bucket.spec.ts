import { Bucket } from '../support/bucket';
import { hashFile, hashFolder, realModel } from '../support/files';
import { freePort, Registry } from '../support/registry';
import { expect, signIn, test as base } from '../support/test';
import { UploadPage } from '../support/upload-page';

interface Fixtures {
  bucket: Bucket;
  /** Where the bucket lets pages come from, when it is not the registry's own address. */
  allowed: string | undefined;
}

const test = base.extend<Fixtures>({
  allowed: [undefined, { option: true }],
  bucket: async ({ registry }, use) => {
    const bucket = buckets.get(registry);
    if (!bucket) throw new Error('no bucket');
    await use(bucket);
  },
  registry: async ({ allowed }, use, testInfo) => {
    const port = await freePort();
    const bucket = await Bucket.start(allowed ?? `http://127.0.0.1:${port}`);
    const registry = await Registry.create(bucket.settings, port);
    buckets.set(registry, bucket);
    await registry.start();
    await use(registry);
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('server.log', { body: await registry.log(), contentType: 'text/plain' });
    }
    await registry.dispose();
    await bucket.dispose();
  },
});
const buckets = new Map<Registry, Bucket>();

test('a model goes from the page straight into the bucket, and comes back from there', async ({ page, registry, bucket }) => {
  const folder = await realModel();
  const original = await hashFolder(folder);
  await signIn(page, registry.admin);
  const upload = new UploadPage(page);
  await upload.upload(folder, { name: 'minilm', version: '1.0.0', message: 'The first one' });
  await upload.arrived('/ada/minilm');
  const sent = bucket.asked.filter(({ method, fromPage }) => method === 'PUT' && fromPage);
  expect(sent.length, 'the browser sent the files itself').toBeGreaterThan(0);
  expect(sent.every(({ status }) => status === 200)).toBe(true);

  await page.goto('/ada/minilm/tree/main');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /Download\s+model\.safetensors/ }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('model.safetensors');
  expect(await hashFile(await file.path())).toBe(original['model.safetensors']);
});

test.describe('a bucket that does not allow the page', () => {
  test.use({ allowed: 'https://models.example.org' });

  test('has the upload wait and say so, and nothing is stored', async ({ page, registry, bucket, tolerate }) => {
    tolerate(/CORS policy/, /Failed to load resource/);
    await signIn(page, registry.admin);
    const upload = new UploadPage(page);
    await upload.upload(await realModel(), { name: 'minilm', version: '1.0.0', message: 'The first one' });
    await expect(page.getByRole('main')).toContainText('Waiting for the connection', { timeout: 30_000 });
    expect(bucket.asked.some(({ method, fromPage }) => method === 'PUT' && fromPage)).toBe(false);
    expect((await page.request.get('/api/v1/models/ada/minilm')).status()).toBe(404);
  });
});
