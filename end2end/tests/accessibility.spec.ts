import { AxeBuilder } from '@axe-core/playwright';
import { PAGES } from '../support/pages';
import { expect, signIn, readingTest as test } from '../support/test';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme });
    for (const [name, address] of Object.entries(PAGES)) {
      test(`${name} has no serious obstacle`, async ({ page, library, tolerate }) => {
        tolerate(/404|422/);
        if (name !== 'sign-in') await signIn(page, library.admin);
        await page.goto(address);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).analyze();
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        expect(serious.map(({ id, help, nodes }) => `${id}: ${help} — ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
      });
    }
  });
}

test.describe('on a small phone', () => {
  test.use({ viewport: { width: 360, height: 740 } });
  for (const [name, address] of Object.entries(PAGES)) {
    test(`${name} fits the width`, async ({ page, library, tolerate }) => {
      tolerate(/404|422/);
      if (name !== 'sign-in') await signIn(page, library.admin);
      await page.goto(address);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, 'nothing sticks out to the right').toBeLessThanOrEqual(360);
    });
  }
});

test('a page can be used with the keyboard alone', async ({ page, library }) => {
  await signIn(page, library.admin);
  await page.goto('/ada/tiny');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});
