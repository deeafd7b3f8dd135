<%
    def shout(text):
        return text.upper() + "!"

    words = [shout(w) for w in message.split()]
    if words:
        first = words[0]
    else:
        first = "nothing"
%>\
${first}: ${", ".join(words)}
  <% inline = 3 %>${inline * 2}
${f"{up_revision!r:>20}"} ${"%s and %05.1f" % (message, 3.14159)}
