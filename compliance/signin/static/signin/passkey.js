// Shows the buttons that ask for a passkey where the browser knows passkeys, and says in words, on
// the page, when none was given. The ceremony itself is allauth's (mfa/js/webauthn.js): it reads
// what to ask from an element of the page, so that no script stands in the page itself.
(function () {
  document.addEventListener('allauth.error', function (event) {
    event.preventDefault()
    document.querySelectorAll('[data-passkey-trouble]').forEach(function (one) {
      one.hidden = false
    })
  })
  document.addEventListener('DOMContentLoaded', function () {
    if (!window.PublicKeyCredential) return
    document.querySelectorAll('[data-passkey]').forEach(function (one) {
      window.allauth.webauthn.forms[one.dataset.passkey]({
        ids: {
          add: one.id,
          authenticate: one.id,
          credential: one.dataset.credential,
          data: 'passkey-options'
        }
      })
      one.hidden = false
    })
  })
})()
