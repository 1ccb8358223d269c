// document and window. Clocks stand still, chance is seeded, and there is no network, no disk, no mouse.
var doc = new Element(XHTML, '#document');
doc.nodeType = 9;
doc.nodeName = '#document';
var html = new Element(XHTML, 'html'),
  head = new Element(XHTML, 'head'),
  body = new Element(XHTML, 'body');
doc.childNodes.push(html);
html.parentNode = doc;
html.appendChild(head);
html.appendChild(body);
doc.documentElement = html;
doc.head = head;
doc.body = body;
doc.defaultView = G;
doc.readyState = 'complete';
doc.implementation = {
  createHTMLDocument: function () {
    return doc;
  }
};
doc.createElementNS = function (ns, t) {
  return new Element(ns, t);
};
doc.createElement = function (t) {
  var e = new Element(XHTML, t);
  if (t === 'style') e.sheet = {
    cssRules: [],
    insertRule: noop,
    addRule: noop
  };
  return e;
};
doc.createTextNode = function (t) {
  return new Text(t);
};
doc.createDocumentFragment = function () {
  var e = new Element(XHTML, '#fragment');
  e.nodeType = 11;
  return e;
};
doc.getElementById = function (id) {
  return select(doc, '[id="' + id + '"]', true)[0] || null;
};
G.document = doc;
G.window = G.self = G;
G.Element = Element;
G.HTMLElement = Element;
G.SVGElement = Element;
G.Node = Node;
G.Event = function () {};
G.CustomEvent = function () {};
G.getComputedStyle = function (el) {
  return {
    getPropertyValue: function (k) {
      return inherited(el, k, '');
    },
    display: el && el.style ? el.style.getPropertyValue('display') : '',
    width: '0px',
    height: '0px'
  };
};
G.navigator = {
  userAgent: 'headless',
  platform: '',
  language: 'zh-CN'
};
G.location = {
  href: '',
  protocol: ':',
  search: '',
  pathname: ''
};
G.devicePixelRatio = 1;
G.innerWidth = 1200;
G.innerHeight = 900;
G.addEventListener = G.removeEventListener = noop;
G.matchMedia = function () {
  return {
    matches: false,
    addListener: noop,
    addEventListener: noop
  };
};
G.XMLSerializer = function () {};
G.XMLSerializer.prototype.serializeToString = serialize;
G.DOMParser = function () {};
G.DOMParser.prototype.parseFromString = function () {
  return doc;
};
var q = [];
G.setTimeout = function (f) {
  q.push(f);
  return q.length;
};
G.clearTimeout = noop;
G.setInterval = function () {
  return 0;
};
G.clearInterval = noop;
G.requestAnimationFrame = function (f) {
  q.push(f);
  return 0;
};
G.cancelAnimationFrame = noop;
G.runWaiting = function () {
  var n = 0;
  while (q.length && n++ < 1e4) {
    var f = q.shift();
    if (typeof f === 'function') f();
  }
  return q.length;
};
if (!G.performance) G.performance = {
  now: function () {
    return 0;
  }
};
G.console = {};
['log', 'warn', 'error', 'info', 'debug', 'trace', 'group', 'groupEnd', 'table'].forEach(function (k) {
  G.console[k] = noop;
});
if (!G.TextDecoder) {
  G.TextDecoder = function () {};
  G.TextDecoder.prototype.decode = function (b) {
    var s = '';
    for (var i = 0; i < b.length; i++) s += String.fromCharCode(b[i]);
    return s;
  };
}
if (!G.TextEncoder) {
  G.TextEncoder = function () {};
  G.TextEncoder.prototype.encode = function (s) {
    return new Uint8Array(String(s).length);
  };
}
if (!G.URL) G.URL = function () {};
G.URL.createObjectURL = function () {
  return '';
};
G.Image = function () {};
G.Blob = function () {};
