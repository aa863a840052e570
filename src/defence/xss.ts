// What the detector of cross-site scripting knows by itself: elements, handlers, schemes and functions of the
// browser. Sources: WHATWG HTML, element and attribute indices; ECMA-262 global objects; CSS of old browsers.

export const XSS = {
  SCRIPT: "script noscript",
  TAG: "img svg iframe video audio object embed marquee textarea isindex applet math maction frameset bgsound ilayer xml div span tr th thead tbody tfoot caption blink keygen option optgroup html animate animatetransform animatemotion foreignobject mglyph mtext xmp noembed noframes plaintext listing menuitem canvas fieldset legend ul ol li dl dt dd samp kbd tt blockquote bdo bdi wbr colgroup datalist iframes href",
  // Words that start with `on` and stand before `=` belong to this group as well.
  HANDLER: "onerror onload onclick onmouseover onfocus ontoggle onstart onpointerenter onanimationstart",
  ALERT: "alert prompt confirm print msgbox",
  JSFN: "eval settimeout setinterval setimmediate constructor fetch atob btoa fromcharcode fromcodepoint unescape decodeuri decodeuricomponent writeln getelementbyid queryselector appendchild createelement xmlhttprequest sendbeacon tostring getownpropertynames addeventlistener valueof",
  WRITE: "write",
  FUNCTION: "function",
  JSOBJ:
    "document window location cookie self parent globalthis navigator localstorage sessionstorage innerhtml outerhtml domain frames opener referrer __proto__ prototype string array regexp ownerdocument defaultview contentwindow activexobject",
  THIS: "this throw new var with try catch",
  JSPROTO: "javascript vbscript livescript mocha jscript ecmascript",
  DATA: "data base64 text mhtml feed",
  ATTR: "src href srcdoc action formaction background xlink dynsrc lowsrc attributename classid codebase poster srcset http-equiv content allowscriptaccess autofocus contenteditable draggable tabindex accesskey fscommand seeksegmenttime datasrc datafld",
  STYLE: "style",
  STYLEFN: "expression behavior behaviour -moz-binding binding url import charset xss-expression",
};
