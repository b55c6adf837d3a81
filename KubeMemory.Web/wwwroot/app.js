// What is better done in the browser: times, theme, keyboard, menus, the connection's state. No text from a cluster passes through here.
(() => {
  'use strict';

  // ---- Times: <km-time datetime="…" format="span|clock">. The text lives in a shadow root, so that the server's rendering is never disturbed.
  const serverTime = Number(document.querySelector('meta[name=server-time]')?.content);
  const skew = serverTime ? serverTime - Date.now() : 0;
  const now = () => Date.now() + skew;
  const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
  const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

  const age = ms => {
    const s = Math.floor(ms / 1000);
    if (s < 1) return 'now';
    if (s < 60) return `${s} s`;
    if (s < 3600) return `${Math.floor(s / 60)} min`;
    if (s < 48 * 3600) return `${Math.floor(s / 3600)} h`;
    return `${Math.floor(s / 86400)} d`;
  };

  const said = (at, format) => {
    if (format === 'clock') {
      const date = new Date(at);
      return date.toDateString() === new Date(now()).toDateString() ? clock.format(date) : `${day.format(date)}, ${clock.format(date)}`;
    }
    const text = age(now() - at);
    return format === 'span' || text === 'now' ? text : `${text} ago`;
  };

  const times = new Set();

  class KmTime extends HTMLElement {
    static observedAttributes = ['datetime', 'format'];
    #text = document.createTextNode('');
    #at = NaN;
    connectedCallback() {
      if (!this.shadowRoot) this.attachShadow({ mode: 'open' }).append(this.#text);
      times.add(this);
      this.read();
    }
    disconnectedCallback() { times.delete(this); }
    attributeChangedCallback() { if (this.isConnected && this.shadowRoot) this.read(); }
    read() {
      this.#at = Date.parse(this.getAttribute('datetime'));
      if (!Number.isNaN(this.#at)) this.title = absolute.format(this.#at);
      this.tick();
    }
    tick() {
      if (Number.isNaN(this.#at)) return;
      const text = said(this.#at, this.getAttribute('format'));
      if (this.#text.data !== text) this.#text.data = text;
    }
  }

  class KmZone extends HTMLElement {
    connectedCallback() {
      if (!this.shadowRoot) this.attachShadow({ mode: 'open' }).append(Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC');
    }
  }

  customElements.define('km-time', KmTime);
  customElements.define('km-zone', KmZone);
  setInterval(() => { if (!document.hidden) times.forEach(t => t.tick()); }, 1000);

  // ---- Theme
  const isDark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  };
  const toggleTheme = () => {
    const theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem('km-theme', theme); } catch { /* storage is blocked: it lasts as long as this page */ }
  };

  // ---- Menus are popovers; they open under their button and stay on the screen.
  const place = (menu, button) => {
    const at = button.getBoundingClientRect();
    menu.style.top = `${at.bottom + 4}px`;
    menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8))}px`;
    menu.style.maxHeight = `${Math.max(160, innerHeight - at.bottom - 16)}px`;
  };
  document.addEventListener('toggle', e => {
    const menu = e.target;
    if (!(menu instanceof HTMLElement) || !menu.matches('[data-menu]')) return;
    const button = document.querySelector(`[popovertarget="${menu.id}"]`);
    button?.setAttribute('aria-expanded', String(e.newState === 'open'));
    if (e.newState !== 'open' || !button) return;
    place(menu, button);
    menu.querySelector('input:checked, input')?.focus({ preventScroll: true });
  }, true);
  addEventListener('scroll', e => {
    if (e.target !== document) return;
    document.querySelectorAll('[data-menu]:popover-open').forEach(menu => place(menu, document.querySelector(`[popovertarget="${menu.id}"]`)));
  }, true);

  // ---- Copying. Over plain http browsers offer no clipboard but the old way.
  const oldWay = text => {
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'sr-only';
    const before = document.activeElement;
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    before?.focus?.({ preventScroll: true });
    if (!done) throw new Error('not allowed');
  };
  const write = text => navigator.clipboard ? navigator.clipboard.writeText(text) : oldWay(text);

  const fileText = async address => {
    const answer = await fetch(new URL(address, document.baseURI), { cache: 'no-store', headers: { accept: 'text/markdown, application/problem+json' } });
    const kind = answer.headers.get('content-type') ?? '';
    if (answer.ok && kind.startsWith('text/markdown')) return answer.text();
    const problem = kind.startsWith('application/problem+json') ? await answer.json() : null;
    throw new Error(problem?.detail ?? 'It could not be read. Reload the page and try again.');
  };

  const copyFrom = async copy => {
    const words = copy.getAttribute('aria-label') ?? copy.textContent;
    const fault = copy.closest('section')?.querySelector('[data-copy-fault]');
    if (fault) fault.textContent = '';
    let text;
    try {
      text = copy.dataset.copy !== undefined ? new URL(copy.dataset.copy, document.baseURI).href
        : copy.dataset.copyFile !== undefined ? await fileText(copy.dataset.copyFile)
        : copy.parentElement.querySelector('code').textContent;
    } catch (e) {
      if (fault) fault.textContent = e.message;
      return;
    }
    try {
      await write(text);
      copy.dataset.done = 'Copied';
    } catch {
      copy.dataset.done = 'Copying is not allowed here';
    }
    copy.setAttribute('aria-label', copy.dataset.done);
    setTimeout(() => {
      delete copy.dataset.done;
      if (copy.hasAttribute('data-copy-beside')) copy.setAttribute('aria-label', words);
      else copy.removeAttribute('aria-label');
    }, 1600);
  };

  // ---- "[E3]" leads to that evidence, opens it and lights it up; the browser's own :target knows nothing of a page that is not loaded anew.
  const light = id => {
    const item = document.getElementById(id)?.closest('.evidence-item');
    if (!item) return;
    document.querySelectorAll('.evidence-item[data-lit]').forEach(other => other.removeAttribute('data-lit'));
    item.querySelector('details')?.setAttribute('open', '');
    item.tabIndex = -1;
    // After the router has moved the page.
    setTimeout(() => {
      item.setAttribute('data-lit', '');
      item.focus({ preventScroll: true });
      item.scrollIntoView({ block: 'center' });
    });
  };

  // ---- Clicks
  const help = () => document.getElementById('help');
  document.addEventListener('click', async e => {
    const target = e.target instanceof Element ? e.target : null;
    if (target?.closest('[data-theme-toggle]')) toggleTheme();
    if (target?.closest('[data-help]')) help().showModal();
    if (target === help()) help().close();
    const copy = target?.closest('[data-copy], [data-copy-beside], [data-copy-file]');
    if (copy) copyFrom(copy);
    const cite = target?.closest('a[data-evidence]');
    if (cite && !e.ctrlKey && !e.metaKey && !e.shiftKey) light(cite.dataset.evidence);
  });

  // "← Incidents" goes back to the list as it was left, where the reader has come from one.
  let lastList = null;
  document.addEventListener('click', e => {
    const link = e.target instanceof Element ? e.target.closest('a') : null;
    if (link?.closest('.incidents')) lastList = location.pathname + location.search;
    if (link?.matches('[data-back]') && lastList) link.href = lastList;
  }, true);

  // ---- Keyboard
  const move = step => {
    const links = [...document.querySelectorAll('.row-link')];
    if (!links.length) return;
    const at = links.indexOf(document.activeElement?.closest?.('tr')?.querySelector('.row-link'));
    const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.max(0, Math.min(links.length - 1, at + step))];
    next.focus();
    next.closest('tr').scrollIntoView({ block: 'nearest' });
  };
  const keys = {
    '/': () => document.querySelector('[data-search]')?.focus(),
    j: () => move(1),
    k: () => move(-1),
    n: () => document.querySelector('[data-new]')?.click(),
    u: () => document.querySelector('[data-undo]')?.click(),
    r: () => {
      const row = document.activeElement?.closest?.('.incidents tr');
      if (row) {
        row.querySelector('[data-resolve]')?.click();
        return;
      }

      const select = document.querySelector('[data-status]');
      if (select && !select.disabled && select.value !== 'resolved') {
        select.value = 'resolved';
        select.dispatchEvent(new Event('change', { bubbles: true }));
      }
    },
    '?': () => help().showModal(),
  };
  document.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const field = e.target instanceof Element && e.target.closest('input, textarea, select, [contenteditable]');
    if (field) {
      if (e.key === 'Escape') field.blur();
      return;
    }
    if (help().open || document.querySelector(':popover-open')) return;
    const action = keys[e.key];
    if (action) {
      e.preventDefault();
      action();
    }
  });

  // ---- The circuit. While it is away a calm line says so; when its state is gone the page is read again.
  const again = async () => {
    try {
      const answer = await fetch(document.baseURI, { method: 'HEAD', cache: 'no-store' });
      if (answer.redirected) {
        // To the sign-in, which has ended meanwhile.
        location.reload();
        return;
      }
      if (answer.status < 500) {
        if (!await Blazor.reconnect()) location.reload();
        return;
      }
    } catch { /* still away */ }
    setTimeout(again, 2000);
  };
  document.getElementById('components-reconnect-modal').addEventListener('components-reconnect-state-changed', e => {
    if (e.detail.state === 'failed') again();
    if (e.detail.state === 'rejected' || e.detail.state === 'resume-failed') location.reload();
  });
})();
