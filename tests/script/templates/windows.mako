windows
% if message:
line ${message}
% endif
