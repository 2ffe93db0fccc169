import { damageChecksum, folderOf, smallModel, zipFolder, zipOf } from '../support/files';
import { expect, signIn, test } from '../support/test';
import { UploadPage } from '../support/upload-page';

test('a zip gives the revision that its folder gives', async ({ page, registry }) => {
  const folder = await folderOf('tiny', smallModel());
  const zip = await zipFolder(folder);
  await signIn(page, registry.admin);
  const upload = new UploadPage(page);
  const revisions: string[] = [];
  for (const [name, choose] of [
    ['from-folder', () => upload.chooseFolder(folder)],
    ['from-zip', () => upload.chooseFile(zip)],
  ] as const) {
    await upload.open();
    await choose();
    await upload.fill({ name, version: '1.0.0', message: 'The same' });
    await upload.send();
    await upload.arrived(`/ada/${name}`);
    const detail = await page.request.get(`/rpc/package?kind=model&namespace=ada&name=${name}`);
    revisions.push((await detail.json()).revision.id);
  }
  expect(revisions[0]).toMatch(/^[0-9a-f]{40}$/);
  expect(revisions[1]).toBe(revisions[0]);
});

const HOSTILE: [string, () => Promise<string>, RegExp][] = [
  [
    'with a wrong checksum',
    async () => {
      const file = await zipOf('damaged.zip', { 'config.json': '{"hidden_size": 8}'.repeat(20) });
      await damageChecksum(file);
      return file;
    },
    /damaged/,
  ],
  ['that is a bomb', () => zipOf('bomb.zip', { 'zeros.bin': new Uint8Array(64 << 20) }), /zip bomb/],
  ['that climbs out of its folder', () => zipOf('climb.zip', { '../../etc/passwd': 'root' }), /\.\./],
  ['with absolute paths', () => zipOf('absolute.zip', { '/etc/passwd': 'root' }), /absolute/],
  ['that is empty', () => zipOf('empty.zip', {}), /empty|no zip/],
];

for (const [what, make, message] of HOSTILE) {
  test(`a zip ${what} is refused with the reason, and another file can be chosen`, async ({ page, registry }) => {
    await signIn(page, registry.admin);
    const upload = new UploadPage(page);
    await upload.open();
    await upload.chooseFile(await make());
    await expect(page.getByRole('main')).toContainText(message);

    await upload.chooseFolder(await folderOf('tiny', smallModel()));
    await upload.fill({ name: 'tiny', version: '1.0.0' });
    await upload.send();
    await upload.arrived('/ada/tiny');
  });
}

test('a file that only claims to be a zip is refused with the reason', async ({ page, registry }) => {
  await signIn(page, registry.admin);
  const upload = new UploadPage(page);
  await upload.open();
  await upload.chooseFile(`${await folderOf('fake', { 'model.zip': 'this is no zip' })}/model.zip`);
  await expect(page.getByRole('main')).toContainText(/no zip/);
});
