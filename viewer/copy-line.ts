// An address to copy: its label, the address itself, a button. Without permission for the clipboard the address stays selected.
import { h } from './dom';
import { say } from './words';

/** `labelled`: false where the label stands beside it already. */
export function copyLine(label: string, url: string, labelled = true): HTMLElement {
  const value = h('input', { type: 'text', readonly: true, value: url, 'aria-label': label, size: 20 });
  value.addEventListener('focus', () => value.select());
  const button = h('button', { type: 'button', class: 'small', 'aria-label': say('copyAddress', { service: label }) }, say('copy'));
  let timer = 0;
  button.addEventListener('click', () => {
    value.select();
    navigator.clipboard
      .writeText(url)
      .then(() => {
        button.textContent = say('copied');
        clearTimeout(timer);
        timer = window.setTimeout(() => (button.textContent = say('copy')), 3000);
      })
      .catch(() => value.focus());
  });
  return h('div', { class: 'address' }, labelled ? h('span', { class: 'label', 'aria-hidden': 'true' }, label) : null, value, button);
}
