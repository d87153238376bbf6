/**
 * Characters that make text look like other text (they turn its direction, hide, or move the cursor), written out as their
 * code, so that a page or a prompt shows what is there. Tabs and line ends stay.
 */
export function visible(text: string): string {
  return text.replace(invisible, (character) => `⟦U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟧`)
}

// oxlint-disable-next-line no-control-regex -- these are what it is about
const invisible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
