import { expect, signIn, readingTest as test } from '../support/test';

const ADDRESSES = ['/ada/missing', '/datasets/ada/tiny', '/ada/tiny/tree/main/missing', '/ada/tiny?at=9.9.9', '/a/b/c/d/e'];

for (const address of ADDRESSES) {
  test(`${address} is not found, with the right status and a way on`, async ({ page, library, tolerate }) => {
    tolerate(/404/);
    await signIn(page, library.admin);
    const answer = await page.goto(address);
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('main').getByRole('link').first()).toBeVisible();
    await expect(page).toHaveTitle(/Model Registry/);
  });
}
