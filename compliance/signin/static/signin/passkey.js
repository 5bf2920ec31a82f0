// Shows the buttons that ask for a passkey where the browser knows passkeys, and says in words, on
// the page, when none was given. The ceremony itself is allauth's (mfa/js/webauthn.js).
(function () {
  function each (mark, act) {
    document.querySelectorAll(mark).forEach(act)
  }
  document.addEventListener('allauth.error', function (event) {
    event.preventDefault()
    each('[data-passkey-trouble]', function (one) { one.hidden = false })
  })
  document.addEventListener('DOMContentLoaded', function () {
    if (!window.PublicKeyCredential) return
    each('[data-passkey-button]', function (one) { one.hidden = false })
  })
})()
