// The tree as SVG text. Nothing that could run, or point elsewhere, is written.
var UNWRITTEN = /^on|^(pointer-events|data-unformatted|data-math)$/;

function esc(s) {
  return String(s).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/&/g, '&amp;')
    .replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

// The font comes in one weight: what is bold gets a hairline of its own colour around its letters.
function emboldened(n, style) {
  if (!/(^|;) *font-weight: *(bold|[6-9]00)/.test(style)) return style;
  return style + '; stroke: ' + inherited(n, 'fill', '#000') + '; stroke-width: 0.35px';
}

function serialize(n) {
  if (n.nodeType === 3) return esc(n.data);
  var written = '<' + n.tagName;
  n.attrs.forEach(function (v, k) {
    if (!UNWRITTEN.test(k)) written += ' ' + k + '="' + esc(v) + '"';
  });
  var style = emboldened(n, n.style.cssText);
  if (style) written += ' style="' + esc(style) + '"';
  if (!n.childNodes.length) return written + '/>';
  return written + '>' + n.childNodes.map(serialize).join('') + '</' + n.tagName + '>';
}
