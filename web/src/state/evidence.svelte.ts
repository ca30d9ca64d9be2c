// What is asked of evidence at a release. Passphrases are here alone, until the dialog closes.
import { type EvidenceOrder, type EvidenceState, server } from '../api/client';
import { t } from './messages.svelte';

export type Told = 'device' | 'place' | 'time' | 'source' | 'obtained';
export const tellable: Told[] = ['device', 'place', 'time', 'source', 'obtained'];

class Evidence {
  wanted = $state(false);
  known = $state.raw<EvidenceState | null>(null);
  key = $state('');
  passphrase = $state('');
  to = $state('');
  sealPassphrase = $state('');
  sealAgain = $state('');
  note = $state('');
  told = $state<Record<Told, string>>({ device: '', place: '', time: '', source: '', obtained: '' });
  name = $state('');
  again = $state('');
  making = $state(false);
  trouble = $state('');

  get keyless(): boolean {
    return this.known !== null && this.known.keys.length === 0;
  }

  /** Why nothing can be released yet; empty: nothing is missing. */
  get missing(): string {
    if (!this.wanted) return '';
    if (this.known === null || this.keyless || this.key === '') return t('evidence.missing.key');
    if (this.passphrase === '') return t('evidence.missing.passphrase');
    if (this.sealPassphrase !== this.sealAgain) return t('evidence.differ');
    return '';
  }

  /** What goes to the server; of several files nothing that is told of one. */
  order(alone: boolean): EvidenceOrder | null {
    if (!this.wanted) return null;
    return {
      key: this.key,
      passphrase: this.passphrase,
      to: this.to.trim() === '' ? [] : [this.to],
      seal_passphrase: this.sealPassphrase,
      note: alone ? this.note : '',
      told: alone ? { ...this.told } : {},
    };
  }

  async want(wanted: boolean): Promise<void> {
    this.wanted = wanted;
    if (!wanted || this.known !== null) return;
    await this.#ask(() => server.evidence());
  }

  async makeKey(): Promise<void> {
    this.making = true;
    await this.#ask(() => server.makeKey(this.name, this.passphrase));
    this.making = false;
  }

  forget(): void {
    this.wanted = false;
    this.known = null;
    this.passphrase = this.again = this.sealPassphrase = this.sealAgain = '';
    this.to = this.note = this.name = this.trouble = '';
    for (const name of tellable) this.told[name] = '';
  }

  async #ask(what: () => Promise<EvidenceState>): Promise<void> {
    this.trouble = '';
    try {
      this.known = await what();
      this.key = this.known.key ?? '';
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error);
    }
  }
}

export const evidence = new Evidence();
