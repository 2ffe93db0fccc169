import { expect, signIn, test } from '../support/test';

test('somebody signs in, sees the account, and signs out', async ({ page, registry }) => {
  await signIn(page, registry.admin);
  const menu = page.getByRole('banner').getByText(registry.admin.name);
  await expect(menu).toBeVisible();

  await page.reload();
  await expect(menu, 'the session outlives a reload').toBeVisible();

  await menu.click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('banner').getByRole('link', { name: 'Sign in' })).toBeVisible();
  expect((await page.context().cookies()).filter((cookie) => cookie.value !== '')).toEqual([]);
});

test('the session cookie is out of reach of scripts and other sites', async ({ page, registry }) => {
  await signIn(page, registry.admin);
  const cookies = await page.context().cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: expect.stringMatching(/Lax|Strict/) });
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('a wrong password and an unknown name get the same answer', async ({ page, registry, tolerate }) => {
  tolerate(/401/);
  const answers: string[] = [];
  for (const [name, password] of [
    [registry.admin.name, 'not the password'],
    ['nobody', 'not the password'],
  ] as const) {
    await page.goto('/sign-in');
    await page.getByLabel('User name').fill(name);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    answers.push(await page.getByRole('alert').innerText());
  }
  expect(answers[0]).toMatch(/password/i);
  expect(answers[1]).toBe(answers[0]);
  await expect(page).toHaveURL(/sign-in/);
});

test('who opens a page that needs an account is led back to it after signing in', async ({ page, registry, tolerate }) => {
  tolerate(/401/);
  await page.goto('/settings/tokens');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByLabel('User name').fill(registry.admin.name);
  await page.getByLabel('Password').fill(registry.admin.password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/settings\/tokens$/);
});

test('signing in never leads to another site', async ({ page, registry, tolerate }) => {
  // the page may still be asking when its cookie is taken away
  tolerate(/401/);
  for (const next of ['https://example.com/', '//example.com/', '/\\example.com/']) {
    await page.context().clearCookies();
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByLabel('User name').fill(registry.admin.name);
    await page.getByLabel('Password').fill(registry.admin.password);
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('banner').getByText(registry.admin.name)).toBeVisible();
    expect(new URL(page.url()).origin).toBe(registry.address);
  }
});
