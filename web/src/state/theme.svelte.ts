export type Theme = 'system' | 'light' | 'dark';
export const themes: Theme[] = ['system', 'light', 'dark'];
const STORED = 'efface-theme';

class Look {
  theme = $state<Theme>((localStorage.getItem(STORED) as Theme | null) ?? 'system');

  choose(theme: Theme): void {
    this.theme = theme;
    localStorage.setItem(STORED, theme);
  }
}

export const look = new Look();
