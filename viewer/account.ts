// The account in the corner: a form to log in, who one is, a button to leave.
import { fill, h, icon, signButton } from './dom';
import { inWords } from './services';
import { logIn, logOut, type Session } from './session';
import { say } from './words';

export interface AccountEvents {
  /** The caller is another one now: everything is to be asked again. */
  readonly onChange: (change: 'in' | 'out') => Promise<void>;
  readonly say: (text: string) => void;
}

export class Account {
  /** What stands in the header. */
  readonly element = h('div', { class: 'account' });
  readonly dialog: HTMLDialogElement;
  readonly #events: AccountEvents;
  readonly #login = h('input', {
    id: 'login',
    name: 'login',
    autocomplete: 'username',
    required: true,
    autocapitalize: 'none',
    spellcheck: 'false',
  });
  readonly #password = h('input', { id: 'password', name: 'password', type: 'password', autocomplete: 'current-password', required: true });
  readonly #message = h('p', { class: 'form-message', role: 'alert' });
  readonly #submit = h('button', { type: 'submit', class: 'primary' }, say('logIn'));

  constructor(events: AccountEvents) {
    this.#events = events;
    this.dialog = h(
      'dialog',
      { class: 'login', 'aria-labelledby': 'login-title' },
      h(
        'div',
        { class: 'sheet-close' },
        signButton('close', say('close'), () => this.dialog.close()),
      ),
      h(
        'form',
        {
          onsubmit: event => {
            event.preventDefault();
            void this.#enter();
          },
        },
        h('h2', { id: 'login-title' }, say('logInTitle')),
        h('p', { class: 'note' }, say('logInHelp')),
        h('label', { for: 'login' }, say('login')),
        this.#login,
        h('label', { for: 'password' }, say('password')),
        this.#password,
        this.#message,
        this.#submit,
      ),
    );
    this.dialog.addEventListener('click', event => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.dialog.addEventListener('close', () => {
      this.#password.value = '';
      this.#message.textContent = '';
    });
  }

  open(): void {
    if (!this.dialog.open) this.dialog.showModal();
    this.#login.focus();
  }

  show(session: Session): void {
    if (session.login === null && !session.suspended) {
      fill(
        this.element,
        h(
          'button',
          { type: 'button', class: 'log-in', 'aria-haspopup': 'dialog', onclick: () => this.open() },
          icon('person'),
          h('span', {}, say('logIn')),
        ),
      );
      return;
    }
    const name = session.name ?? session.login ?? '';
    fill(
      this.element,
      h(
        'span',
        { class: 'who', title: session.login },
        h('span', { class: 'visually-hidden' }, say('loggedInAs', { name: '' })),
        h('span', { class: 'who-name' }, name),
        session.organisation === null ? null : h('span', { class: 'who-organisation' }, session.organisation),
      ),
      h('button', { type: 'button', class: 'log-out', onclick: () => void this.#leave() }, say('logOut')),
    );
  }

  async #enter(): Promise<void> {
    this.#message.textContent = say('loggingIn');
    this.#submit.disabled = true;
    try {
      const refusal = await logIn(this.#login.value.trim(), this.#password.value);
      if (refusal !== null) {
        this.#message.textContent = refusal;
        this.#password.select();
        this.#password.focus();
        return;
      }
      this.dialog.close();
      await this.#events.onChange('in');
    } catch (error) {
      this.#message.textContent = inWords(error);
    } finally {
      this.#submit.disabled = false;
    }
  }

  async #leave(): Promise<void> {
    try {
      await logOut();
      await this.#events.onChange('out');
    } catch (error) {
      this.#events.say(inWords(error));
    }
  }
}
