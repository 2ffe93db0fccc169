import type { Page } from '@playwright/test';
import { expect, open } from './test';

/** What the upload form asks for. */
export interface Details {
  name: string;
  version: string;
  message?: string;
}

/** The upload page, as a person uses it. */
export class UploadPage {
  constructor(private readonly page: Page) {}

  async open(): Promise<void> {
    await open(this.page, '/upload');
  }

  async chooseFolder(folder: string): Promise<void> {
    await this.page.getByLabel('Choose a folder').setInputFiles(folder);
  }

  async chooseFile(file: string): Promise<void> {
    await this.page.getByLabel('Choose files or a .zip').setInputFiles(file);
  }

  async fill({ name, version, message }: Details): Promise<void> {
    const field = this.page.getByLabel('Name', { exact: true });
    // the name of what was chosen is suggested first
    await expect(field).not.toHaveValue('');
    await field.fill(name);
    await this.page.getByLabel('Version', { exact: true }).fill(version);
    if (message) await this.page.getByLabel('Message').fill(message);
  }

  async send(): Promise<void> {
    await this.page.getByRole('button', { name: 'Upload', exact: true }).click();
  }

  /** Chooses a folder, says where it goes, and sends it. */
  async upload(folder: string, details: Details): Promise<void> {
    await this.open();
    await this.chooseFolder(folder);
    await this.fill(details);
    await this.send();
  }

  /** Waits until the revision is there and the browser shows its package. */
  async arrived(address: string): Promise<void> {
    await expect(this.page).toHaveURL(new RegExp(`${address}$`), { timeout: 60_000 });
  }
}
